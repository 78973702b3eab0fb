using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using MtaSts.Application.Reports;
using MtaSts.Host.Gateway;
using MtaSts.Modules.Listening;
using MtaSts.Modules.Reports;
using Xunit;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>Reports by HTTPS POST (RFC 8460 §5.4): 2xx when they are stored, and never for what was not read whole.</summary>
public sealed class ReportPostTests
{
    private const string Token = "abcdefghijklmnopqrst234567";
    private static readonly byte[] Report = "{\"policies\":[]}"u8.ToArray();

    [Fact]
    public async Task Post_AReport_IsStoredAsItCame()
    {
        await using var scene = await GatewayScene.StartAsync();

        var answer = await PostAsync(scene, Report, "Content-Type: application/tlsrpt+json");

        Assert.Equal((201, "Stored.\n"), (answer.Status, answer.Body));
        var envelope = Assert.Single(scene.Envelopes);
        Assert.Equal(("source.https", Token, null, "127.0.0.1"), (envelope.Source, envelope.Token, envelope.Workspace, envelope.Peer));
        Assert.Equal(Report, envelope.Raw.ToArray());
    }

    [Theory]
    [InlineData("application/tlsrpt+gzip")]
    [InlineData("application/octet-stream")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public async Task Post_WhateverTheMediaType_IsStored(string? type)
    {
        await using var scene = await GatewayScene.StartAsync();
        var gzip = Gzip(Report);

        Assert.Equal(201, (await PostAsync(scene, gzip, type is null ? [] : [$"Content-Type: {type}"])).Status);

        Assert.Equal(gzip, Assert.Single(scene.Envelopes).Raw.ToArray());
    }

    [Fact]
    public async Task Post_ATokenInUpperCase_IsTheSameToken()
    {
        await using var scene = await GatewayScene.StartAsync();

        await PostToAsync(scene, "/tlsrpt/" + Token.ToUpperInvariant(), Report);

        Assert.Equal(Token, Assert.Single(scene.Envelopes).Token);
    }

    [Theory]
    [InlineData("/tlsrpt/")]
    [InlineData("/tlsrpt/abc/def")]
    [InlineData("/tlsrpt/abc/")]
    [InlineData("/tlsrpt/a-b")]
    [InlineData("/tlsrpt/%61%2e%2e%2f")]
    [InlineData("/tlsrpt/a%00b")]
    [InlineData("/tlsrpt/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Post_WhatCannotBeAToken_Is404OrRefusedAndNotLookedUp(string path)
    {
        await using var scene = await GatewayScene.StartAsync();

        Assert.Contains((await PostToAsync(scene, path, Report)).Status, new[] { 400, 404 });

        Assert.Empty(scene.Envelopes);
    }

    [Fact]
    public async Task Post_TheInboxAnswers_IsToldByTheStatus()
    {
        await using var scene = await GatewayScene.StartAsync();

        scene.OnEnvelope = static _ => new Receipt.UnknownToken();
        Assert.Equal(404, (await PostAsync(scene, Report)).Status);
        scene.OnEnvelope = static _ => new Receipt.Refused("Too odd.");
        Assert.Equal((400, "Too odd.\n"), await PostAsync(scene, Report) is var refused ? (refused.Status, refused.Body) : default);
        scene.OnEnvelope = static _ => new Receipt.Unavailable("secret words");
        var unavailable = await PostAsync(scene, Report);
        Assert.Equal((503, "60"), (unavailable.Status, unavailable["Retry-After"]));
        Assert.DoesNotContain("secret", unavailable.Body, StringComparison.Ordinal);
        scene.OnEnvelope = static _ => new Receipt.Unavailable("spent") { IsOverShare = true };
        var spent = await PostAsync(scene, Report);
        Assert.Equal((503, "60"), (spent.Status, spent["Retry-After"]));
        Assert.Contains("has reached its limit", spent.Body, StringComparison.Ordinal);
    }

    /// <summary>A large body that is being stored leaves no room for a second, but room for a small one.</summary>
    [Fact]
    public async Task Post_WhileALargeOneTakesTheMemory_PutsOffLargeOnesAlone()
    {
        using var stored = new ManualResetEventSlim();
        using var arrived = new ManualResetEventSlim();
        await using var scene = await GatewayScene.StartAsync();
        scene.OnEnvelope = envelope =>
        {
            if (envelope.Raw.Length == Envelope.MaxBytes)
            {
                arrived.Set();
                stored.Wait(TimeSpan.FromSeconds(60));
            }
            return new Receipt.Stored("id");
        };
        var first = Task.Run(() => PostAsync(scene, new byte[Envelope.MaxBytes]));
        Assert.True(arrived.Wait(TimeSpan.FromSeconds(60)));

        var second = await PostAsync(scene, new byte[10 * 1024 * 1024]);
        Assert.Equal((503, "60", "Too many reports come in at once; send it again.\n"), (second.Status, second["Retry-After"], second.Body));
        Assert.Equal(201, (await PostAsync(scene, Report)).Status);
        stored.Set();
        Assert.Equal(201, (await first).Status);
        scene.OnEnvelope = static _ => new Receipt.Stored("id");
        Assert.Equal(201, (await PostAsync(scene, new byte[10 * 1024 * 1024])).Status);
    }

    /// <summary>Connections that hold all of the memory and send next to nothing give way to reports, whether their address exists or not.</summary>
    [Theory]
    [InlineData(96, 262_144, 135_000, true)]
    [InlineData(300, 16_384, 9_000, false)]
    [InlineData(20, 5_000_000, 1_000_000, true)]
    public async Task Post_WhileSlowOnesHoldTheMemory_IsStored(int connections, int length, int sent, bool isKnown)
    {
        await using var scene = await GatewayScene.StartAsync(options => options.MaxReportMemory = GatewayOptions.LeastReportMemory);
        var slow = new List<TcpClient>();
        try
        {
            for (var i = 0; i < connections; i++)
            {
                var client = new TcpClient("127.0.0.1", scene.Port);
                slow.Add(client);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Head($"Content-Length: {length}", "/tlsrpt/" + (isKnown ? Token : "zzzzzzzzzzzzzzzzzzzzzzzzzz"))));
                await client.GetStream().WriteAsync(new byte[sent]);
            }
            await Task.Delay(ReceiveMemory.Patience * 2, TestContext.Current.CancellationToken);
            for (var i = 0; i < 20; i++)
                Assert.Equal(201, (await PostAsync(scene, new byte[80_000])).Status);
            Assert.Equal(201, (await PostAsync(scene, new byte[2_000_000])).Status);
        }
        finally
        {
            slow.ForEach(static client => client.Dispose());
        }
    }

    /// <summary>It was read whole, had its turn among the large ones and a collection of garbage before anybody asked for its token.</summary>
    [Fact]
    public async Task Post_UnknownToken_Is404BeforeItsBodyIsRead()
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.OnToken = static _ => Task.FromResult(TokenKnowledge.Unknown);

        var answer = Answer.Read(Encoding.Latin1.GetString(await scene.SendAsync([.. Encoding.ASCII.GetBytes(Head($"Content-Length: {Envelope.MaxBytes}")), .. new byte[20_000]])));

        Assert.Equal((404, "There is no such report address.\n"), (answer.Status, answer.Body));
        Assert.Empty(scene.Envelopes);
    }

    [Fact]
    public async Task Post_WhetherTheTokenExistsCannotBeTold_IsTaken()
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.OnToken = static _ => Task.FromResult(TokenKnowledge.Unavailable);
        Assert.Equal(201, (await PostAsync(scene, new byte[100_000])).Status);
        scene.OnToken = static async late =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, late).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return TokenKnowledge.Unavailable;
        };
        Assert.Equal(201, (await PostAsync(scene, new byte[100_000])).Status);
    }

    [Fact]
    public async Task Post_OfARealReportsSize_AsksNotTwice()
    {
        await using var scene = await GatewayScene.StartAsync();
        Assert.Equal(201, (await PostAsync(scene, new byte[8_000])).Status);
        Assert.Equal(0, scene.Asked);
    }

    [Fact]
    public async Task Post_LargeWhileALargeUploadIsTaken_IsStored()
    {
        await using var scene = await GatewayScene.StartAsync();
        using var upload = await LargeBodies.Uploaded.EnterAsync("workspace", TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(201, (await PostAsync(scene, new byte[2 * 1024 * 1024])).Status);
    }

    /// <summary>A proxy's layer of gzip around what is none is left as it is, however much it would unpack to.</summary>
    [Fact]
    public async Task Post_BombInContentEncoding_IsNotUnpacked()
    {
        await using var scene = await GatewayScene.StartAsync();
        var bomb = Gzip(new byte[50 * 1024 * 1024]);
        var before = GC.GetTotalAllocatedBytes();

        Assert.Equal(201, (await PostAsync(scene, bomb, "Content-Encoding: gzip")).Status);

        Assert.Equal(bomb, Assert.Single(scene.Envelopes).Raw.ToArray());
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 10 * 1024 * 1024);
    }

    [Fact]
    public async Task Post_AnEmptyBody_Is400()
    {
        await using var scene = await GatewayScene.StartAsync();

        Assert.Equal(400, (await PostAsync(scene, [])).Status);
        Assert.Equal(400, Answer.Read(await scene.SendAsync(Head("Transfer-Encoding: chunked") + "0\r\n\r\n")).Status);

        Assert.Empty(scene.Envelopes);
    }

    [Fact]
    public async Task Post_InChunks_IsStoredWhole()
    {
        await using var scene = await GatewayScene.StartAsync();

        var answer = await scene.SendAsync(Head("Transfer-Encoding: chunked") + "5;ext=1\r\n{\"pol\r\nA\r\nicies\":[]}\r\n0\r\nTrailer: x\r\n\r\n");

        Assert.Equal(201, Answer.Read(answer).Status);
        Assert.Equal(Report, Assert.Single(scene.Envelopes).Raw.ToArray());
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked", "zz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked", "ffffffffffffffffff\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Content-Length: -1", "{}")]
    [InlineData("Content-Length: 2\r\nContent-Length: 3", "{}")]
    [InlineData("Content-Length: 2\r\nTransfer-Encoding: chunked", "2\r\n{}\r\n0\r\n\r\n")]
    public async Task Post_ABrokenOrAmbiguousBody_IsNeverStoredInPart(string length, string body)
    {
        await using var scene = await GatewayScene.StartAsync();

        var status = Answer.Read(await scene.SendAsync(Head(length) + body)).Status;

        // Two lengths that differ are the stuff of request smuggling; chunked wins over a length (RFC 9112 §6.3) or both are refused.
        if (status == 201)
            Assert.Equal("{}"u8.ToArray(), Assert.Single(scene.Envelopes).Raw.ToArray());
        else
            Assert.Equal((400, 0), (status, scene.Envelopes.Count));
    }

    [Fact]
    public async Task Post_ABodyThatBreaksOff_IsNotStored()
    {
        await using var scene = await GatewayScene.StartAsync();
        using var client = new TcpClient("127.0.0.1", scene.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Head("Content-Length: 100") + "{\"policies\":"));
        client.Client.Shutdown(SocketShutdown.Send);
        try
        {
            await stream.CopyToAsync(Stream.Null).WaitAsync(TimeSpan.FromMinutes(2));
        }
        catch (IOException)
        {
            // Closed without an answer: as good as one.
        }

        Assert.Empty(scene.Envelopes);
    }

    [Fact]
    public async Task Post_LengthAtAndOverTheLimit_IsStoredAndRefused()
    {
        await using var scene = await GatewayScene.StartAsync();
        var largest = new byte[Envelope.MaxBytes];

        Assert.Equal(201, (await PostAsync(scene, largest)).Status);
        Assert.Equal(Envelope.MaxBytes, Assert.Single(scene.Envelopes).Raw.Length);
        // Refused by its announcement, before a byte of it is read.
        Assert.Equal(413, Answer.Read(await scene.SendAsync(Head($"Content-Length: {Envelope.MaxBytes + 1L}"))).Status);
        Assert.Equal(413, Answer.Read(await scene.SendAsync(Head("Content-Length: 99999999999"))).Status);
        Assert.Single(scene.Envelopes);
    }

    [Fact]
    public async Task Post_ChunksOverTheLimit_AreRefused()
    {
        await using var scene = await GatewayScene.StartAsync();
        var chunk = new byte[1024 * 1024];
        byte[] framed = [.. "100000\r\n"u8, .. chunk, .. "\r\n"u8];
        byte[] request = [.. Encoding.ASCII.GetBytes(Head("Transfer-Encoding: chunked")), .. Enumerable.Repeat(framed, 26).SelectMany(static bytes => bytes), .. "0\r\n\r\n"u8];

        var answer = Encoding.Latin1.GetString(await scene.SendAsync(request));

        // The answer may be lost when the connection is closed on bytes still coming; the report is not stored in part either way.
        if (answer.Length > 0)
            Assert.Equal(413, Answer.Read(answer).Status);
        Assert.Empty(scene.Envelopes);
    }

    /// <summary>A layer that a proxy has put around the payload goes; a payload that is labelled twice stays as it is.</summary>
    [Fact]
    public async Task Post_ContentEncodingGzip_TakesOffOneLayerWhereThereAreTwo()
    {
        await using var scene = await GatewayScene.StartAsync();
        var gzip = Gzip(Report);

        await PostAsync(scene, Gzip(gzip), "Content-Encoding: gzip");
        await PostAsync(scene, gzip, "Content-Encoding: GZIP");
        await PostAsync(scene, Report, "Content-Encoding: gzip");
        await PostAsync(scene, Gzip(gzip));

        Assert.Equal([gzip, gzip, Report, Gzip(gzip)], scene.Envelopes.Select(static envelope => envelope.Raw.ToArray()));
    }

    [Fact]
    public async Task Post_ABombInContentEncoding_IsStoredAsItCame()
    {
        await using var scene = await GatewayScene.StartAsync();
        var bomb = Gzip(new byte[Envelope.MaxBytes + 1]);

        Assert.Equal(201, (await PostAsync(scene, bomb, "Content-Encoding: gzip")).Status);

        // Left to the decoder, whose limits are made for it.
        Assert.Equal(bomb, Assert.Single(scene.Envelopes).Raw.ToArray());
    }

    [Fact]
    public async Task Post_ExpectContinue_IsInvitedToGoOn()
    {
        await using var scene = await GatewayScene.StartAsync();

        using var client = new TcpClient("127.0.0.1", scene.Port);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Head($"Expect: 100-continue\r\nContent-Length: {Report.Length}")));
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2)));
        await client.GetStream().WriteAsync(Report);

        Assert.StartsWith("\r\nHTTP/1.1 201 ", await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(2)), StringComparison.Ordinal);
    }

    private static string Head(string headers, string path = "/tlsrpt/" + Token) =>
        $"POST {path} HTTP/1.1\r\nHost: reports.example.com\r\nConnection: close\r\n{headers}\r\n\r\n";

    private static Task<Answer> PostAsync(GatewayScene scene, byte[] body, params string[] headers) => PostToAsync(scene, "/tlsrpt/" + Token, body, headers);

    private static async Task<Answer> PostToAsync(GatewayScene scene, string path, byte[] body, params string[] headers) =>
        Answer.Read(Encoding.Latin1.GetString(await scene.SendAsync(
            [.. Encoding.ASCII.GetBytes(Head(string.Join("\r\n", [$"Content-Length: {body.Length}", .. headers]), path)), .. body])));

    private static byte[] Gzip(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return buffer.ToArray();
    }
}
