using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MtaSts.Host.Fetch;
using MtaSts.Host.Mx;
using MtaSts.Modules.Dns;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Host.Tests.Mx;

/// <summary>Servers and zones that send wrong, endless or no answers, or that lead to private addresses. The probe has an outcome for each, within its limits.</summary>
public sealed class MxHostileTests : IDisposable
{
    private readonly MxScene scene = new();

    public void Dispose() => scene.Dispose();

    /// <summary>A server that accepts the connection and sends nothing, and one that stops after the greeting.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Probe_ServerSaysNothing_IsSilentAfterTheLimit(bool greets)
    {
        var silent = new TaskCompletionSource();
        await using var server = new ScriptedMx(async (stream, cancellationToken) =>
        {
            if (greets)
            {
                await ScriptedMx.SayAsync(stream, "220 a", cancellationToken);
                await ScriptedMx.ReadLineAsync(stream, cancellationToken);
            }
            else
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken); // No event shows the server that the probe has noticed the connection.
            }
            silent.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        Assert.Equal(MxOutcome.Silent, (await scene.ProbeUntilTimeoutAsync(server, silent.Task)).Outcome);
    }

    [Fact]
    public async Task Probe_ServerIsSilentInTheHandshake_IsAFailureOfTls()
    {
        var silent = new TaskCompletionSource();
        await using var server = new ScriptedMx(async (stream, cancellationToken) =>
        {
            await ScriptedMx.SayAsync(stream, "220 a", cancellationToken);
            await ScriptedMx.ReadLineAsync(stream, cancellationToken);
            await ScriptedMx.SayAsync(stream, "250-a\r\n250 STARTTLS", cancellationToken);
            await ScriptedMx.ReadLineAsync(stream, cancellationToken);
            await ScriptedMx.SayAsync(stream, "220 go", cancellationToken);
            _ = await stream.ReadAsync(new byte[1], cancellationToken); // The handshake has begun.
            silent.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });

        var seen = await scene.ProbeUntilTimeoutAsync(server, silent.Task);

        Assert.Equal((MxOutcome.TlsFailed, "no answer in time"), (seen.Outcome, seen.Detail));
    }

    public static TheoryData<string, string> Endless => new() { { "220 ", "x" }, { "", "220-welcome\r\n" }, { "220 a\r\n", "250-SIZE\r\n" } };

    [Theory, MemberData(nameof(Endless))]
    public async Task Probe_EndlessAnswer_IsReadToItsBound(string begin, string piece)
    {
        var sent = 0L;
        await using var server = new ScriptedMx(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(begin), cancellationToken);
            var bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(piece, 500)));
            while (true)
            {
                await stream.WriteAsync(bytes, cancellationToken);
                Interlocked.Add(ref sent, bytes.Length);
            }
        });

        Assert.Equal(MxOutcome.NotSmtp, (await scene.ProbeOneAsync(server.Port)).Outcome);
        Assert.InRange(Interlocked.Read(ref sent), MxLimits.Bytes / 2, 32L * 1024 * 1024); // More than the probe reads: the sockets buffer some of it.
    }

    [Theory]
    [InlineData("", MxOutcome.Closed, null)]
    [InlineData("220 a\r\n", MxOutcome.Closed, null)]
    [InlineData("554 5.7.1 your address is listed\r\n", MxOutcome.Rejected, "554 5.7.1 your address is listed")]
    [InlineData("421 too busy\u0007\r\n", MxOutcome.Rejected, "421 too busy?")]
    [InlineData("220 a\r\n550 no\r\n550 no\r\n", MxOutcome.Rejected, "550 no")]
    [InlineData("220 a\r\n250-a\r\n250 STARTTLS\r\n454 not now\r\n", MxOutcome.StarttlsRefused, "454 not now")]
    [InlineData("220 a\r\n250-a\r\n250 STARTTLS\r\n220 go\r\n", MxOutcome.TlsFailed, "*")]
    [InlineData("220 a\r\n250-a\r\n250 STARTTLS\r\n220 go\r\n250 no TLS at all\r\n", MxOutcome.TlsFailed, "*")]
    [InlineData("220 a\r\n250 a\r\n221 bye\r\n", MxOutcome.NoStarttls, null)]
    [InlineData("220 a\r\n250 a\r\n", MxOutcome.NoStarttls, null)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", MxOutcome.NotSmtp, null)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", MxOutcome.NotSmtp, null)]
    [InlineData("\0\u0001\u0002\r\n", MxOutcome.NotSmtp, null)]
    [InlineData("99999999999999999999 a\r\n", MxOutcome.NotSmtp, null)]
    public async Task Probe_ServerThatDoesNotServe_SaysWhatItDoes(string says, MxOutcome outcome, string? detail)
    {
        // Each answer waits for a command of the client: a line that came earlier would not be an answer to it.
        await using var server = new ScriptedMx(async (stream, cancellationToken) =>
        {
            foreach (var answer in says.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
            {
                await ScriptedMx.SayAsync(stream, answer, cancellationToken);
                if (answer == "220 go")
                    _ = await stream.ReadAsync(new byte[1], cancellationToken); // A TLS handshake has no lines.
                else if (answer is not [_, _, _, '-', ..])
                    await ScriptedMx.ReadLineAsync(stream, cancellationToken);
            }
        });

        var seen = await scene.ProbeOneAsync(server.Port);

        Assert.Equal(outcome, seen.Outcome);
        if (detail == "*")
            Assert.False(string.IsNullOrEmpty(seen.Detail));
        else
            Assert.Equal(detail, seen.Detail);
    }

    [Fact]
    public async Task Probe_NobodyListens_IsRefusedWhichShowsNothingOfThePort()
    {
        var probe = await scene.ProbeAsync(FreePort.Next());
        Assert.Equal(MxOutcome.Refused, Assert.Single(Assert.Single(probe.Hosts).Addresses).Outcome);
        Assert.Equal(Port25State.Unknown, probe.Port25);
    }

    /// <summary>The probe connects over IPv6, announces its own name, and sends four commands only.</summary>
    [Fact]
    public async Task Probe_Ipv6_IsDialledAndGreeted()
    {
        Peer.Require(Socket.OSSupportsIPv6, "There is no IPv6.");
        scene.Dns.Publish(MxScene.Host, DnsType.A);
        scene.Dns.Publish(MxScene.Host, DnsType.Aaaa, "::1");
        var commands = new List<string>();
        await using var server = new ScriptedMx(ScriptedMx.Orderly(MxScene.Certificate(scene.Authority), commands), IPAddress.IPv6Loopback);

        var seen = await scene.ProbeOneAsync(server.Port);

        Assert.Equal(("::1", MxOutcome.Encrypted, null), (seen.Address, seen.Outcome, seen.Certificate?.ChainFault));
        Assert.Equal(["EHLO probe.example.net", "STARTTLS", "EHLO probe.example.net", "QUIT"], commands);
    }

    [Fact]
    public async Task Probe_PrivateAddresses_AreNotConnectedTo()
    {
        await using var server = new ScriptedMx(static (stream, cancellationToken) => ScriptedMx.SayAsync(stream, "220 a", cancellationToken).AsTask(), IPAddress.Any);
        scene.Options.AllowPrivateAddresses = false;
        string[] inside = ["127.0.0.1", "10.0.0.1", "169.254.169.254"];
        string[] inside6 = ["::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "fd00::1"];
        scene.Dns.Publish(MxScene.Host, DnsType.A, inside);
        scene.Dns.Publish(MxScene.Host, DnsType.Aaaa, inside6);

        var probe = await scene.ProbeAsync(server.Port);

        var host = Assert.Single(probe.Hosts);
        Assert.Equal(inside.Length + inside6.Length, host.Addresses.Count);
        Assert.All(host.Addresses, static address => Assert.Equal(MxOutcome.PrivateAddress, address.Outcome));
        Assert.Equal((0, Port25State.Unknown), (server.Connections, probe.Port25));
    }

    /// <summary>A certificate can contain the URL of its issuer's certificate. By default, .NET fetches it from any address.</summary>
    [Fact]
    public async Task Probe_CertificateThatNamesAUrl_IsJudgedWithoutAskingIt()
    {
        await using var inside = new ScriptedMx(static (_, _) => Task.CompletedTask);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var request = new CertificateRequest("CN=" + MxScene.Host, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [$"http://127.0.0.1:{inside.Port}/issuer.crt"]));
        using var signed = request.Create(new X500DistinguishedName("CN=Unknown"), X509SignatureGenerator.CreateForECDsa(issuerKey), now.AddHours(-1), now.AddHours(1), [1]);
        var certificate = new TestCertificate(signed.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        await using var postfix = await PostfixServer.StartAsync(MxScene.Domain, "discard:", scene.Tls(certificate)); // Not a .NET server, which would fetch the URL itself.
        scene.PublishTlsa("2 0 1 " + new string('A', 64));

        var seen = await scene.ProbeOneAsync(postfix.Port);

        Assert.Equal("PartialChain", seen.Certificate?.ChainFault);
        Assert.Equal(0, inside.Connections);
    }

    /// <summary>The server chooses every byte of its certificate: what cannot be read has an outcome too, and hides no other host.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(9999, 9999)]
    [InlineData(1, 9999)]
    public async Task Probe_CertificateWithImpossibleDates_HasAnOutcome(int from, int until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + MxScene.Host, key, HashAlgorithmName.SHA256);
        var (notBefore, notAfter) = (new DateTimeOffset(from, 1, 1, 0, 0, 0, TimeSpan.Zero), until == 1 ? new DateTimeOffset(1, 1, 1, 0, 0, 0, TimeSpan.Zero) : new DateTimeOffset(until, 12, 31, 23, 59, 59, TimeSpan.Zero));
        using var signed = request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), notBefore, notAfter, [1]);
        await using var postfix = await PostfixServer.StartAsync(MxScene.Domain, "discard:", scene.Tls(new TestCertificate(signed.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem())));

        var seen = await scene.ProbeOneAsync(postfix.Port);

        Assert.True(seen.Outcome == MxOutcome.TlsFailed ? seen.Detail!.Contains("cannot be read", StringComparison.Ordinal) : seen is { Outcome: MxOutcome.Encrypted, Certificate: not null }, $"{seen}");
    }

    /// <summary>A fault of this service at one host says nothing of it, and the other hosts are probed.</summary>
    [Fact]
    public async Task Probe_FaultOfTheLookUpOfOneHost_HidesNoOther()
    {
        await using var server = new ScriptedMx(ScriptedMx.Orderly(MxScene.Certificate(scene.Authority), []));
        const string Bad = "bad.example.com";
        scene.Dns.Publish(MxScene.Domain, DnsType.Mx, Bad, MxScene.Host);
        scene.ThrowsAt = Bad;

        var probe = await scene.ProbeAsync(server.Port);

        Assert.Equal(MxOutcome.Encrypted, Assert.Single(probe.Hosts.Single(static host => host.Name == MxScene.Host).Addresses).Outcome);
        Assert.Equal(FetchFaultKind.DnsFailed, probe.Hosts.Single(static host => host.Name == Bad).Fault!.Kind);
    }

    [Fact]
    public async Task Probe_FaultOfThisServiceAtTheConnection_IsNoOutcomeOfTheHost()
    {
        await using var server = new ScriptedMx(ScriptedMx.Orderly(MxScene.Certificate(scene.Authority), []));
        scene.Lanes.Dispose();
        Assert.Equal(MxOutcome.NotTried, (await scene.ProbeOneAsync(server.Port)).Outcome);
    }

    [Fact]
    public async Task Probe_MoreHostsAndAddressesThanTheLimits_AreLeftOutAndCounted()
    {
        string[] names = [.. Enumerable.Range(0, 14).Select(static i => $"mx{i}.example.com")];
        scene.Dns.Publish(MxScene.Domain, DnsType.Mx, names);
        foreach (var name in names)
            scene.Dns.Publish(name, DnsType.A, [.. Enumerable.Range(1, 20).Select(static i => $"127.0.1.{i}")]);

        var probe = await scene.ProbeAsync(FreePort.Next());

        Assert.Equal((MxLimits.Hosts, 4), (probe.Hosts.Count, probe.OmittedHosts));
        Assert.Equal(names.Take(MxLimits.Hosts), probe.Hosts.Select(static host => host.Name));
        Assert.All(probe.Hosts, static host => Assert.Equal(HostAddresses.Max, host.Addresses.Count));
        Assert.All(probe.Hosts.SelectMany(static host => host.Addresses), static address => Assert.Equal(MxOutcome.Refused, address.Outcome));
    }

    /// <summary>Concurrent connections to one network are limited, and the time limit of the domain ends those that wait.</summary>
    [Fact]
    public async Task Probe_ManySilentAddresses_EndsWithTheDomainsTime()
    {
        await using var server = new ScriptedMx(static (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken), IPAddress.Any);
        string[] names = [.. Enumerable.Range(0, 4).Select(static i => $"mx{i}.example.com")];
        scene.Dns.Publish(MxScene.Domain, DnsType.Mx, names);
        foreach (var name in names)
            scene.Dns.Publish(name, DnsType.A, [.. Enumerable.Range(1, 8).Select(static i => $"127.0.0.{i}")]);
        var begin = scene.Clock.GetUtcNow();

        var probing = scene.ProbeAsync(server.Port);
        await Poll.Until(() => server.Connections == MxLimits.AtOncePerNetwork, TimeSpan.FromMinutes(1), () => $"{server.Connections} connections are open");
        await Poll.Until(
            () =>
            {
                if (scene.Clock.GetUtcNow() - begin < MxLimits.Domain)
                    scene.Clock.Advance(TimeSpan.FromSeconds(1));
                return probing.IsCompleted;
            },
            TimeSpan.FromMinutes(1),
            "the probe ends with the limit of the domain");

        var outcomes = (await probing).Hosts.SelectMany(static host => host.Addresses).Select(static address => address.Outcome).ToLookup(static outcome => outcome);
        Assert.NotEmpty(outcomes[MxOutcome.Silent]);
        Assert.NotEmpty(outcomes[MxOutcome.NotTried]);
    }

    [Fact]
    public async Task Probe_CallerWillNotWait_EndsAtOnce()
    {
        await using var server = new ScriptedMx(static (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
        using var limit = new CancellationTokenSource();
        var probing = scene.ProbeAsync(server.Port, limit.Token);
        await Poll.Until(() => server.Connections > 0, TimeSpan.FromMinutes(1), "the probe connects");

        await limit.CancelAsync();

        Assert.Equal(MxOutcome.NotTried, Assert.Single(Assert.Single((await probing).Hosts).Addresses).Outcome);
    }

    [Fact]
    public async Task Probe_NoMxNoHostOrNoAnswer_SaysSo()
    {
        scene.Dns.Publish(MxScene.Domain, DnsType.Mx, ".");
        Is(DnsStatus.NoData, 0, await scene.ProbeAsync(1));
        scene.Dns.Publish(MxScene.Domain, DnsType.Mx);
        Is(DnsStatus.NoName, 0, await scene.ProbeAsync(1));
        scene.Dns.Publish(MxScene.Domain, DnsType.Txt, "v=spf1 -all");
        Is(DnsStatus.NoData, 0, await scene.ProbeAsync(1));
        // RFC 5321 §5.1: a domain without MX records is its own MX host.
        scene.Dns.Publish(MxScene.Domain, DnsType.A, "127.0.0.1");
        var probe = await scene.ProbeAsync(FreePort.Next());
        Is(DnsStatus.Found, 1, probe);
        Assert.Equal(MxScene.Domain, probe.Hosts[0].Name);
        scene.Dns.Outage = "no answer in time";
        probe = await scene.ProbeAsync(1);
        Is(DnsStatus.Failed, 0, probe);
        Assert.Equal("no answer in time", probe.Problem);

        static void Is(DnsStatus status, int hosts, Grains.MxProbe probe) => Assert.Equal((status, hosts), (probe.Mx, probe.Hosts.Count));
    }

    [Fact]
    public async Task Probe_HostWithoutAddress_SaysSo()
    {
        scene.Dns.Publish(MxScene.Host, DnsType.A);
        var host = Assert.Single((await scene.ProbeAsync(1)).Hosts);
        Assert.Equal((FetchFaultKind.NoAddress, 0), (host.Fault!.Kind, host.Addresses.Count));
    }

    [Fact]
    public async Task Probe_SignedHostWithoutTlsa_HasNone()
    {
        scene.IsSigned = true;
        Assert.Equal(TlsaState.None, Assert.Single((await scene.ProbeAsync(FreePort.Next())).Hosts).Tlsa);
    }
}
