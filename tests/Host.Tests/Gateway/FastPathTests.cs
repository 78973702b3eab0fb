using System.Net.Sockets;
using System.Text;
using CsCheck;
using Xunit;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>With and without the fast path a sender gets the same bytes.</summary>
public sealed class FastPathTests(FastPathGateways gateways) : IClassFixture<FastPathGateways>
{
    private const string Line = "GET /.well-known/mta-sts.txt HTTP/1.1\r\n";
    private const string HostField = "Host: mta-sts.example.com\r\n";
    private const string Common = Line + HostField + "\r\n";
    private const string WithFields = Line + "Host: mta-sts.example.com\r\nUser-Agent: mta/1.0\r\nAccept: */*\r\nAccept-Encoding: gzip\r\nConnection: keep-alive\r\n\r\n";

    public static TheoryData<string> Odd =>
    [
        "", "G", "\r\n", "\r\n" + Common, "\n" + Common, Common, WithFields, Common + Common + WithFields,
        Common + Common.Replace("mta-sts.txt", "other", StringComparison.Ordinal) + Common,
        Common + "POST /tlsrpt/abc HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n{ }" + Common,
        Common + Line, Common + "\0\0\0", Common + Line + "Host", Common + "GET / HTTP/9.9\r\n\r\n",
        Common.Replace("GET", "HEAD", StringComparison.Ordinal), Common.Replace("GET", "get", StringComparison.Ordinal), Common.Replace("GET", "POST", StringComparison.Ordinal),
        Common.Replace("GET", "OPTIONS", StringComparison.Ordinal), Common.Replace("1.1", "1.0", StringComparison.Ordinal), Common.Replace("1.1", "2.0", StringComparison.Ordinal),
        Common.Replace("HTTP", "http", StringComparison.Ordinal), Common.Replace(".txt", ".txt?x=1", StringComparison.Ordinal), Common.Replace("mta-sts.txt", "mta%2Dsts.txt", StringComparison.Ordinal),
        Common.Replace("/.well", "http://mta-sts.example.com/.well", StringComparison.Ordinal), Common.Replace("/.well", "//.well", StringComparison.Ordinal), Common.Replace(" HTTP", "  HTTP", StringComparison.Ordinal),
        Line + "\r\n", Line + "Host:\r\n\r\n", Line + "Host: \r\n\r\n", Line + HostField + HostField + "\r\n", Line + HostField + "Host: mta-sts.example.org\r\n\r\n",
        Line + "Host: MTA-STS.Example.COM\r\n\r\n", Line + "Host: mta-sts.example.com.\r\n\r\n", Line + "Host: mta-sts.example.com:443\r\n\r\n", Line + "Host: mta-sts.example.com:x\r\n\r\n",
        Line + "Host: mta-sts.example.org\r\n\r\n", Line + "Host: example.com\r\n\r\n", Line + "Host: .\r\n\r\n", Line + "Host: -\r\n\r\n", Line + "Host: a b\r\n\r\n", Line + "Host: [::1]\r\n\r\n",
        Line + "Host:mta-sts.example.com\r\n\r\n", Line + "Host:\t mta-sts.example.com \t\r\n\r\n", Line + "host: mta-sts.example.com\r\n\r\n", Line + "Host : mta-sts.example.com\r\n\r\n",
        Line + " Host: mta-sts.example.com\r\n\r\n", Line + HostField + " folded\r\n\r\n", Line + HostField + "no colon\r\n\r\n", Line + HostField + ": no name\r\n\r\n", Line + HostField + "X:\r\n\r\n",
        Common.Replace("\r\n", "\n", StringComparison.Ordinal), Common.Replace("\r\n", "\r", StringComparison.Ordinal), Line + HostField + "X: a\rb\r\n\r\n", Line + HostField + "X: a\0b\r\n\r\n",
        Line + HostField + "X: a\tb\r\n\r\n", Line + HostField + "X: \u00e9\r\n\r\n", Line + HostField + "X\u00e9: a\r\n\r\n", Line + HostField + "X: \u007f\r\n\r\n", Line + HostField + "X(: a\r\n\r\n",
        Line + HostField + "Connection: close\r\n\r\n" + Common, Line + HostField + "Connection: Keep-Alive\r\n\r\n" + Common, Line + HostField + "Connection: keep-alive, upgrade\r\nUpgrade: websocket\r\n\r\n",
        Line + HostField + "connection: CLOSE\r\n\r\n" + Common, Line + HostField + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n",
        Line + HostField + "Content-Length: 0\r\n\r\n" + Common, Line + HostField + "Content-Length: 5\r\n\r\nhello" + Common, Line + HostField + "Content-Length: -1\r\n\r\n", Line + HostField + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        Line + HostField + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + Common, Line + HostField + "Transfer-Encoding: gzip\r\n\r\n", Line + HostField + "Expect: 100-continue\r\n\r\n", Line + HostField + "Expect: more\r\n\r\n",
        Line + HostField + "Range: bytes=0-3\r\nIf-None-Match: *\r\n\r\n", Line + HostField + string.Concat(Enumerable.Range(0, 49).Select(i => $"X{i}: y\r\n")) + "\r\n",
        Line + HostField + string.Concat(Enumerable.Range(0, 60).Select(i => $"X{i}: y\r\n")) + "\r\n", Line + HostField + string.Concat(Enumerable.Range(0, 120).Select(i => $"X{i}: y\r\n")) + "\r\n",
        Line + HostField + "X: " + new string('y', 9_000) + "\r\n\r\n" + Common, Line + HostField + "X: " + new string('y', 20_000) + "\r\n\r\n", "GET " + new string('/', 9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" + Common, "\u0016\u0003\u0001\u0002\u0000",
    ];

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task Answer_OddRequest_IsTheServersOwn(string request)
    {
        var (fast, plain) = await gateways.AskBothAsync(Encoding.Latin1.GetBytes(request));

        Assert.Equal(plain, fast);
    }

    [Fact]
    public async Task Answer_CommonRequest_IsThePolicy()
    {
        var (fast, plain) = await gateways.AskBothAsync(Encoding.Latin1.GetBytes(WithFields));

        Assert.Equal(plain, fast);
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", fast, StringComparison.Ordinal);
        Assert.Contains("Cache-Control: max-age=15, must-revalidate\r\n", fast, StringComparison.Ordinal);
        Assert.Contains("\r\n\r\nversion: STSv1\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx.example.com\r\nHTTP/1.1 404 Not Found\r\n", fast, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_RequestsInTwoPieces_AreTheServersOwn()
    {
        var bytes = Encoding.Latin1.GetBytes(Common + "POST /tlsrpt/abc HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n{ }" + Common);
        var (_, whole) = await gateways.AskBothAsync(bytes);

        for (var at = 1; at < bytes.Length; at++)
        {
            var (fast, _) = await gateways.AskBothAsync(bytes[..at], bytes[at..]);
            Assert.Equal(whole, fast);
        }
    }

    [Fact]
    public async Task Answer_MutatedRequests_AreTheServersOwn()
    {
        byte[] alphabet = [.. "\r\n\t :;,/.-aGHP0159\0\u007f\u00ff"u8];
        var seeds = new[] { Common, WithFields, Common + WithFields, Line + "Content-Length: 3\r\n" + HostField + "\r\nabc" + Common };
        var mutation = Gen.Select(Gen.Int[0, 400], Gen.Int[0, 3], Gen.Int[0, alphabet.Length - 1].Select(i => alphabet[i]));
        var requests = Gen.Select(Gen.Int[0, seeds.Length - 1].Select(i => seeds[i]), mutation.Array[1, 4], (seed, changes) => changes.Aggregate(Encoding.Latin1.GetBytes(seed), Mutate));

        await requests.SampleAsync(
            async request =>
            {
                var (fast, plain) = await gateways.AskBothAsync(request);
                return fast == plain;
            },
            iter: 400,
            threads: 1,
            print: request => Encoding.Latin1.GetString(request).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answer_PeerThatDoesNotRead_GetsEveryAnswerLater()
    {
        const int Requests = 100_000;
        using var socket = await gateways.ConnectAsync();
        var all = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(Common, Requests - 1)) + Line + HostField + "Connection: close\r\n\r\n");

        var sending = SendAllAsync(socket, all);
        await FastPathGateways.UntilStuckAsync(socket);
        var answers = Encoding.Latin1.GetString(await FastPathGateways.ReadToEndAsync(socket));
        await sending;

        Assert.Equal(Requests, answers.Split("HTTP/1.1 200 OK\r\n").Length - 1);
        Assert.Equal(Requests, answers.Split("mx: mx.example.com\r\n").Length - 1);
    }

    private static async Task SendAllAsync(Socket socket, byte[] bytes)
    {
        for (var rest = bytes.AsMemory(); !rest.IsEmpty;)
            rest = rest[await socket.SendAsync(rest)..];
    }

    private static byte[] Mutate(byte[] request, (int At, int Kind, byte Byte) change)
    {
        var at = change.At % request.Length;
        return change.Kind switch
        {
            0 => [.. request[..at], change.Byte, .. request[(at + 1)..]],
            1 => [.. request[..at], change.Byte, .. request[at..]],
            2 when request.Length > 1 => [.. request[..at], .. request[(at + 1)..]],
            _ => [.. request[..at], .. request[(at / 2)..]],
        };
    }
}
