using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Modules.Tests.Smtp;

/// <summary>The receiver over real sockets: TLS, time limits, crowds, stops.</summary>
public sealed class SmtpSourceTests
{
    private static readonly byte[] Mail = "Subject: x\r\n\r\n.text\r\n"u8.ToArray();

    [Fact]
    public void Status_NothingConfigured_IsOffAndNamesTheSetting()
    {
        var off = Assert.IsType<ReportSourceStatus.Off>(new SmtpStage(options => options.Smtp = null).Source.Status);
        Assert.Contains("Modules:source.smtp:Smtp", off.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PortTaken_SaysWhichSetting()
    {
        await using var first = await SmtpStage.StartAsync();
        var second = new SmtpStage(options => options.Smtp = $"127.0.0.1:{first.Port}");
        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => second.Source.RunAsync(default));
        Assert.Contains($"SMTP on 127.0.0.1:{first.Port}", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Modules:source.smtp:Smtp", problem.Message, StringComparison.Ordinal);
        Assert.IsNotType<ReportSourceStatus.Working>(second.Source.Status);
    }

    [Fact]
    public async Task Message_Stored_TellsWhoHandedItOver()
    {
        await using var stage = await SmtpStage.StartAsync();
        using var client = await stage.ConnectAsync();
        Assert.StartsWith("250 2.0.0", await client.DeliverAsync(Talk.Known, Mail), StringComparison.Ordinal);
        Assert.Equal("127.0.0.1 (client.example, from <a@b.example>)", Assert.Single(stage.Inbox.Stored).Peer);
        Assert.Equal("221 2.0.0 Goodbye", await client.SayAsync("QUIT"));
        Assert.Equal("", await client.ReplyAsync());
    }

    [Fact]
    public async Task StartTls_Certificate_IsUsedAndItsSuccessorToo()
    {
        using var authority = new TestAuthority();
        using var folder = new TempFolder();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var stage = await SmtpStage.StartAsync(options => (options.CertificatePath, options.CertificateKeyPath) = Write(folder, authority, "one.example"), clock);
        using var client = await stage.ConnectAsync();
        Assert.Equal("CN=one.example", await SecureAsync(client, authority));
        await client.SendAsync("NOOP\r\n"); // Stands for the greeting, which was read before.
        Assert.StartsWith("250 2.0.0 Stored", await client.DeliverAsync(Talk.Known, Mail), StringComparison.Ordinal);
        Assert.EndsWith(", Tls13)", Assert.Single(stage.Inbox.Stored).Peer, StringComparison.Ordinal);

        var written = File.GetLastWriteTimeUtc(folder["certificate.pem"]);
        File.SetLastWriteTimeUtc(folder["key.pem"], written);
        Write(folder, authority, "two.example", "one.example");
        File.SetLastWriteTimeUtc(folder["certificate.pem"], written); // As a switched symbolic link leaves it.
        File.SetLastWriteTimeUtc(folder["key.pem"], written);
        await Poll.Until(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(20));
                using var next = await stage.ConnectAsync();
                return await SecureAsync(next, authority) == "CN=two.example";
            },
            TimeSpan.FromSeconds(30),
            "the new certificate is shown");
    }

    [Fact]
    public async Task StartTls_CommandInTheSamePacket_EndsTheConnection()
    {
        using var authority = new TestAuthority();
        using var folder = new TempFolder();
        await using var stage = await SmtpStage.StartAsync(options => (options.CertificatePath, options.CertificateKeyPath) = Write(folder, authority, "one.example"));
        using var client = await stage.ConnectAsync();
        await client.ReplyAsync();
        await client.SayAsync("EHLO client.example");
        Assert.StartsWith("503 5.5.1", await client.SayAsync("STARTTLS\r\nMAIL FROM:<injected@evil.example>"), StringComparison.Ordinal);
        Assert.Equal("", await client.ReplyAsync());
    }

    [Fact]
    public async Task Run_CertificateMissing_FailsWithItsPath()
    {
        using var folder = new TempFolder();
        var stage = new SmtpStage(options => (options.CertificatePath, options.CertificateKeyPath) = (folder["none.pem"], folder["none.key"]));
        var problem = await Assert.ThrowsAsync<InvalidOperationException>(() => stage.Source.RunAsync(default));
        Assert.StartsWith("Modules:source.smtp:CertificatePath", problem.Message, StringComparison.Ordinal);
        Assert.Contains("none.pem", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Idle_NoWholeCommandInTime_IsHungUpOn()
    {
        var clock = new FakeTimeProvider();
        await using var stage = await SmtpStage.StartAsync(clock: clock);
        using var client = await stage.ConnectAsync();
        await client.ReplyAsync();
        await client.SendAsync("NOO"); // Bytes that make no command win no time.
        clock.Advance(stage.Options.Idle);
        Assert.StartsWith("421 4.4.2", await client.ReplyAsync(), StringComparison.Ordinal);
        Assert.Equal("", await client.ReplyAsync());
    }

    /// <summary>The system's timers do, by parts of a millisecond: a client was then never hung up on.</summary>
    [Fact]
    public async Task Idle_TimerComesEarly_IsHungUpOnAllTheSame()
    {
        var clock = new FakeTimeProvider();
        await using var stage = await SmtpStage.StartAsync(clock: new EarlyTimers(clock));
        using var client = await stage.ConnectAsync();
        await client.ReplyAsync();
        await client.SendAsync("NO");
        clock.Advance(stage.Options.Idle - EarlyTimers.By);
        using (var another = await stage.ConnectAsync())
            await another.ReplyAsync(); // The first has seen its timer by then.
        clock.Advance(EarlyTimers.By);
        Assert.StartsWith("421 4.4.2", await client.ReplyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataTime_MessageNotWholeInTime_IsHungUpOnAndNotStored()
    {
        var clock = new FakeTimeProvider();
        await using var stage = await SmtpStage.StartAsync(clock: clock);
        using var client = await stage.ConnectAsync();
        await BeginAsync(client);
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        await client.SendAsync("Subject: slow\r\n");
        clock.Advance(stage.Options.DataTime);
        Assert.StartsWith("421 4.4.2", await client.ReplyAsync(), StringComparison.Ordinal);
        Assert.Empty(stage.Inbox.Stored);
    }

    [Fact]
    public async Task LeastRate_MessageComesSlower_IsHungUpOnLongBeforeDataTime()
    {
        var clock = new FakeTimeProvider();
        await using var stage = await SmtpStage.StartAsync(clock: clock);
        using var client = await stage.ConnectAsync();
        await BeginAsync(client);
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        await client.SendAsync("Subject: slow\r\n");
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.StartsWith("421 4.4.2", await client.ReplyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LeastRate_MessageComesFastEnough_IsStored()
    {
        var clock = new FakeTimeProvider();
        await using var stage = await SmtpStage.StartAsync(clock: clock);
        using var client = await stage.ConnectAsync();
        await BeginAsync(client);
        for (var chunk = 0; chunk < 4; chunk++)
        {
            Assert.StartsWith("250 2.0.0 OK", await client.SayAsync($"BDAT 10000\r\n{new string('x', 9_998)}"), StringComparison.Ordinal);
            await client.SendAsync("BDAT 2\r\n");
            clock.Advance(TimeSpan.FromSeconds(31));
            Assert.StartsWith("250 2.0.0 OK", await client.SayAsync(""), StringComparison.Ordinal);
        }
        Assert.StartsWith("250 2.0.0 Stored", await client.SayAsync("BDAT 2 LAST\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataTime_ChunkByChunk_IsForAllOfThem()
    {
        var clock = new FakeTimeProvider();
        await using var stage = await SmtpStage.StartAsync(options => options.LeastRate = 0, clock);
        using var client = await stage.ConnectAsync();
        await BeginAsync(client);
        var reply = "250";
        for (var chunk = 0; chunk < 10 && reply.StartsWith("250", StringComparison.Ordinal); chunk++)
        {
            reply = await client.SayAsync("BDAT 2\r\n");
            clock.Advance(TimeSpan.FromMinutes(3));
        }
        Assert.StartsWith("421 4.4.2", reply, StringComparison.Ordinal);
        Assert.InRange(clock.GetUtcNow() - clock.Start, stage.Options.DataTime, 2 * stage.Options.DataTime);
    }

    [Fact]
    public async Task SessionTime_BusyAllTheTime_IsHungUpOn()
    {
        var clock = new FakeTimeProvider();
        await using var stage = await SmtpStage.StartAsync(clock: clock);
        using var client = await stage.ConnectAsync();
        await client.ReplyAsync();
        var reply = "250";
        for (var i = 0; i < 100 && reply.StartsWith("250", StringComparison.Ordinal); i++)
        {
            reply = await client.SayAsync("NOOP");
            clock.Advance(TimeSpan.FromMinutes(2));
        }
        Assert.StartsWith("421 4.4.2", reply, StringComparison.Ordinal);
        Assert.InRange(clock.GetUtcNow() - clock.Start, stage.Options.SessionTime, 2 * stage.Options.SessionTime);
    }

    [Fact]
    public async Task MaxConnections_OneBeyondThoseThatSendMessages_IsTurnedAwayUntilAnotherLeaves()
    {
        await using var stage = await SmtpStage.StartAsync(options => options.MaxConnections = 2);
        using var first = await stage.ConnectAsync();
        var second = await stage.ConnectAsync();
        foreach (var client in new[] { first, second })
        {
            await BeginAsync(client);
            Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        }
        using (var third = await stage.ConnectAsync())
            Assert.StartsWith("421 4.3.2", await third.ReplyAsync(), StringComparison.Ordinal);
        second.Dispose();
        await Poll.Until(async () =>
        {
            using var next = await stage.ConnectAsync();
            return (await next.ReplyAsync()).StartsWith("220", StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(30), "there is room again");
        Assert.StartsWith("250", await first.SayAsync("Subject: x\r\n\r\nbody\r\n."), StringComparison.Ordinal);
    }

    /// <summary>Connections that said nothing kept every mail server out until they timed out.</summary>
    [Fact]
    public async Task MaxConnections_IdleOnes_MakeRoomTheLongestIdleFirst()
    {
        await using var stage = await SmtpStage.StartAsync(options => options.MaxConnections = 2);
        using var first = await stage.ConnectAsync();
        await first.ReplyAsync();
        using var second = await stage.ConnectAsync();
        await second.ReplyAsync();
        Assert.StartsWith("250", await first.SayAsync("NOOP"), StringComparison.Ordinal);

        using var third = await stage.ConnectAsync();

        Assert.StartsWith("220", await third.ReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("250", await first.SayAsync("NOOP"), StringComparison.Ordinal);
        string? heard = null;
        try
        {
            heard = await second.SayAsync("NOOP");
        }
        catch (IOException)
        {
            // Its connection is gone.
        }
        Assert.True(string.IsNullOrEmpty(heard), heard);
    }

    [Fact]
    public async Task Stop_ClientsWaiting_AreToldAndAMessageOnItsWayIsStored()
    {
        var stage = await SmtpStage.StartAsync();
        using var idle = await stage.ConnectAsync();
        await idle.ReplyAsync();
        using var busy = await stage.ConnectAsync();
        await BeginAsync(busy);
        await busy.SayAsync("DATA");
        stage.Inbox.Hold();
        await busy.SendAsync("Subject: last\r\n\r\n.\r\n");
        await Poll.Until(() => stage.Inbox.Inside == 1, TimeSpan.FromMinutes(2), "it is being stored");
        var stopping = stage.StopAsync();
        Assert.StartsWith("421 4.3.2", await idle.ReplyAsync(), StringComparison.Ordinal);
        stage.Inbox.Release();
        Assert.StartsWith("250 2.0.0 Stored", await busy.ReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("421 4.3.2", await busy.ReplyAsync(), StringComparison.Ordinal);
        await stopping;
        await stage.DisposeAsync();
    }

    [Fact]
    public async Task Lmtp_UnixSocket_IsListenedOnThoughAKilledProcessLeftItsFile()
    {
        using var folder = new TempFolder();
        var path = folder["lmtp.sock"];
        using (var left = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified))
        {
            left.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
            File.Move(path, path + "2"); // Closing removes the file; a killed process does not come to that.
        }
        File.Move(path + "2", path);
        await using var stage = await SmtpStage.StartAsync(options => (options.Smtp, options.Lmtp) = (null, "unix:" + path));
        using var client = await WireClient.ConnectAsync(path);
        Assert.StartsWith("250 2.0.0", await client.DeliverAsync(Talk.Known, Mail, "LHLO"), StringComparison.Ordinal);
        Assert.StartsWith("local socket", Assert.Single(stage.Inbox.Stored).Peer, StringComparison.Ordinal);
    }

    private static async Task BeginAsync(WireClient client)
    {
        await client.ReplyAsync();
        foreach (var line in new[] { "EHLO client.example", "MAIL FROM:<>", $"RCPT TO:<{Talk.Known}@reports.example>" })
            Assert.StartsWith("250", await client.SayAsync(line), StringComparison.Ordinal);
    }

    /// <summary>What the transport throws for a connection that ended, also one that this service closed while it was read. Anything else is a fault of the service.</summary>
    [Fact]
    public void IsBroken_WhatASocketSays_IsNoFault()
    {
        Exception[] broken = [new System.Net.Sockets.SocketException(125), new IOException(), new OperationCanceledException(), new ObjectDisposedException("socket"), new Microsoft.AspNetCore.Connections.ConnectionResetException("")];
        Assert.All(broken, exception => Assert.True(MtaSts.Modules.Smtp.SmtpSource.IsBroken(exception)));
        Assert.False(MtaSts.Modules.Smtp.SmtpSource.IsBroken(new InvalidOperationException()));
    }

    /// <summary>STARTTLS and the handshake; the subject of the server's certificate.</summary>
    private static async Task<string> SecureAsync(WireClient client, TestAuthority authority)
    {
        await client.ReplyAsync();
        await client.SayAsync("EHLO client.example");
        Assert.StartsWith("220 2.0.0", await client.SayAsync("STARTTLS"), StringComparison.Ordinal);
        X509Certificate? seen = null;
        var tls = new SslStream(client.Stream, false, (_, certificate, _, _) =>
        {
            seen = certificate;
            return authority.Trusts((X509Certificate2?)certificate);
        });
        await tls.AuthenticateAsClientAsync("one.example");
        client.Stream = tls;
        return seen!.Subject;
    }

    private static (string, string) Write(TempFolder folder, TestAuthority authority, params string[] names)
    {
        var (certificate, key) = authority.Issue(names);
        File.WriteAllText(folder["certificate.pem"], certificate);
        File.WriteAllText(folder["key.pem"], key);
        return (folder["certificate.pem"], folder["key.pem"]);
    }
}
