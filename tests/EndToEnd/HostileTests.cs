using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using MtaSts.EndToEnd.Hostile;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>
/// Everything hostile against every source of a running host: its memory stays bounded, the other sources go on working, and each refusal says why. The
/// bound is for the process, so the senders come in crowds too.
/// </summary>
[Collection(Alone.Name)]
public sealed class HostileTests(HostileScene scene, ITestOutputHelper output) : IClassFixture<HostileScene>, IAsyncLifetime
{
    /// <summary>What the process may hold while all hostile senders attack it, in MiB.</summary>
    private const int MostMemory = 600;

    /// <summary>How long a decent sender may be kept waiting while others are hostile: the goal, which the long form holds, and what a machine that does other work may add.</summary>
    private static readonly TimeSpan DecentLimit = TimeSpan.FromSeconds(LongFormAttribute.IsOn ? 2 : 20);

    /// <summary>How much longer than nginx the gateway may keep a sender waiting: the goal, which the long form holds.</summary>
    private static readonly TimeSpan PauseLimit = LongFormAttribute.IsOn ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(5);

    private static readonly Source[] All = Enum.GetValues<Source>();
    private static readonly Source[] Mail = [Source.Smtp, Source.Lmtp, Source.Maildir, Source.Imap, Source.Upload, Source.Https];

    private string Token => scene.Address.Split('@')[0];

    public async ValueTask InitializeAsync() => await scene.AttackAnotherAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task GzipOfTenGigabytes_AtEverySource_IsQuarantinedForWhatItUnpacksTo()
    {
        await UnderAttackAsync(All, source => QuarantinedAsync(source, source is Source.Https or Source.Upload ? Vectors.TenGigabytes : Vectors.SevenGigabytes, "DecompressedTooLarge", "unpacks to more than"));
        foreach (var source in new[] { Source.Smtp, Source.Lmtp })
            Assert.StartsWith("552 5.3.4 A message has at most 10485760 bytes", (await scene.DeliverAsync(source, scene.Address, Wrap(source, Vectors.TenGigabytes))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bombs_NestedAndOverlapping_AreQuarantined()
    {
        await UnderAttackAsync(All, async source =>
        {
            await QuarantinedAsync(source, Vectors.Nested(2), "DecompressedTooLarge", "unpacks to more than");
            await QuarantinedAsync(source, Vectors.Nested(6), "TooDeep", "Archives are nested deeper");
            await QuarantinedAsync(source, Vectors.NestedZip(), "DecompressedTooLarge", "unpacks to more than");
            if (source != Source.Upload)
            {
                await QuarantinedAsync(source, Vectors.OverlappingZip(), "DecompressedTooLarge", "unpacks to more than");
                return;
            }
            // What a person uploads is taken apart: every member has its own answer, and all together their limit.
            var answer = await scene.DeliverAsync(source, scene.Address, Vectors.OverlappingZip());
            output.WriteLine(answer.Text[..Math.Min(answer.Text.Length, 600)]);
            Assert.Equal(0, (int)answer.Json!["counted"]!);
            Assert.Contains("unpacks to more than", answer.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task TenMegabytesOfLists_AtEverySource_AreQuarantined()
    {
        await UnderAttackAsync(All, source => QuarantinedAsync(source, Vectors.Lists(source.ToString()), "TooDeep", "The JSON is nested deeper", wrap: false));
    }

    [Fact]
    public async Task MillionDetails_AtEverySource_AreCountedUpToTheLimit()
    {
        await UnderAttackAsync(All, async source =>
        {
            var json = Vectors.MillionDetails(scene.Attacked, "million-" + source);
            var answer = await scene.DeliverAsync(source, scene.Address, Wrap(source, Vectors.Gzip(json)));
            Assert.True(answer.IsStored, $"{source}: {answer.Text}");
            await Poll.Until(async () => (await scene.Api.GetAsync($"domains/{scene.Attacked}/reports?limit=100"))["items"]!.ToJsonString().Contains("million-" + source, StringComparison.Ordinal), HostileScene.Limit, $"the report by {source} is counted");
        });
    }

    [Fact]
    public async Task HeaderFloods_InMails_AreQuarantined()
    {
        await UnderAttackAsync(Mail, async source =>
        {
            await QuarantinedAsync(source, Vectors.HeaderFlood(scene.Address), "TooManyParts", "header fields", wrap: false);
            await QuarantinedAsync(source, Vectors.EndlessHeader(scene.Address), "TooManyParts", "header fields are longer", wrap: false);
            await QuarantinedAsync(source, Vectors.DeepMail(scene.Address), "TooDeep", "nested deeper", wrap: false);
            await QuarantinedAsync(source, Vectors.ManyParts(scene.Address), "TooManyParts", "parts", wrap: false);
        });
    }

    [Fact]
    public async Task GigabyteLine_InAnSmtpMessage_IsHungUpOnWithTheReason()
    {
        await UnderAttackAsync([Source.Smtp, Source.Lmtp], async source =>
        {
            await using var connection = await GreetedAsync(source);
            await connection.SendAsync("DATA\r\n");
            await connection.ExpectAsync("354 ", HostileScene.Limit);
            var sent = await connection.RepeatAsync(Encoding.ASCII.GetBytes(new string('x', 1 << 20)), 1024);
            Assert.InRange(sent, 1, 128);
            Assert.Contains("552 5.3.4 A message has at most 10485760 bytes", await connection.EndAsync(HostileScene.Limit), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task GigabyteLine_AsAnSmtpCommand_IsHungUpOnWithTheReason()
    {
        await UnderAttackAsync([Source.Smtp, Source.Lmtp], async source =>
        {
            await using var connection = await GreetedAsync(source);
            Assert.InRange(await connection.RepeatAsync(Encoding.ASCII.GetBytes(new string('x', 1 << 20)), 1024), 0, 64);
            Assert.Contains("500 5.5.2 Line too long", await connection.EndAsync(HostileScene.Limit), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task GigabyteLine_AsAnHttpBody_Is413WithTheReason()
    {
        await UnderAttackAsync([Source.Https], async _ =>
        {
            await using var connection = await scene.OpenGatewayAsync();
            await connection.SendAsync($"POST /tlsrpt/{Token} HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n");
            var sent = await connection.RepeatAsync(Encoding.ASCII.GetBytes("100000\r\n" + new string('x', 1 << 20) + "\r\n"), 1024);
            Assert.InRange(sent, 1, 128);
            var said = await connection.EndAsync(HostileScene.Limit);
            Assert.StartsWith("HTTP/1.1 413", said, StringComparison.Ordinal);
            Assert.Contains("A report has at most 10 MiB.", said, StringComparison.Ordinal);

            await using var told = await scene.OpenGatewayAsync();
            await told.SendAsync($"POST /tlsrpt/{Token} HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1000000000\r\n\r\n");
            Assert.Contains("A report has at most 10 MiB.", await told.ExpectAsync("10 MiB", HostileScene.Limit), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task HeaderFloods_OverHttp_AreRefusedWithTheReason()
    {
        await UnderAttackAsync([Source.Https], async _ =>
        {
            await using var line = await scene.OpenGatewayAsync();
            await line.SendAsync($"POST /tlsrpt/{Token} HTTP/1.1\r\nHost: a.example\r\nX-Long: ");
            Assert.InRange(await line.RepeatAsync(Encoding.ASCII.GetBytes(new string('x', 1 << 20)), 1024), 0, 64);
            Assert.StartsWith("HTTP/1.1 431 Request Header Fields Too Large", await line.EndAsync(HostileScene.Limit), StringComparison.Ordinal);

            await using var many = await scene.OpenGatewayAsync();
            await many.SendAsync($"POST /tlsrpt/{Token} HTTP/1.1\r\nHost: a.example\r\n" + string.Concat(Enumerable.Range(0, 100).Select(number => $"X-{number}: y\r\n")));
            await many.RepeatAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("X: y\r\n", 10_000))), 1_000);
            Assert.StartsWith("HTTP/1.1 431 Request Header Fields Too Large", await many.EndAsync(HostileScene.Limit), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task SlowSenders_ManyAtOnce_AreHungUpOnAndKeepNobodyWaiting()
    {
        const int Each = 40;
        await UnderAttackAsync([Source.Https, Source.Smtp, Source.Lmtp], source => Task.WhenAll(Enumerable.Range(0, Each).Select(number => SlowlyAsync(source, number))), alsoAtAttacked: true);

        async Task SlowlyAsync(Source source, int number)
        {
            var inHeader = number % 2 == 0;
            if (source == Source.Https)
            {
                await using var connection = await scene.OpenGatewayAsync();
                await connection.SendAsync($"POST /tlsrpt/{Token} HTTP/1.1\r\nHost: a.example\r\n" + (inHeader ? "X: " : "Content-Length: 1000\r\n\r\n"));
                await TrickleAsync(connection);
                var said = await connection.EndAsync(HostileScene.Limit);
                Assert.Contains("408 Request Timeout", said, StringComparison.Ordinal);
            }
            else
            {
                // A message has longer than a test may take: it is given up at its time by the clock in the module's own tests.
                await using var connection = await GreetedAsync(source);
                if (!inHeader)
                {
                    await connection.SendAsync("DATA\r\n");
                    await connection.ExpectAsync("354 ", HostileScene.Limit);
                }
                await TrickleAsync(connection);
                Assert.Contains("421 4.4.2 Timeout, closing connection", await connection.EndAsync(HostileScene.Limit), StringComparison.Ordinal);
            }
        }

        static async Task TrickleAsync(RawConnection connection)
        {
            // A byte a second, until the server has enough of it.
            for (var second = 0; second < 60 && await connection.SendAsync("x") && !connection.HasEnded; second++)
                await connection.EndOrAsync(TimeSpan.FromSeconds(1));
        }
    }

    [Theory]
    [InlineData("bare LF", "\n.\n")]
    [InlineData("bare CR", "\r.\r")]
    [InlineData("LF, CR LF", "\n.\r\n")]
    [InlineData("CR LF, LF", "\r\n.\n")]
    [InlineData("CR LF, CR", "\r\n.\r")]
    [InlineData("CR CR LF", "\r\r\n.\r\r\n")]
    [InlineData("NUL", "\r\n\0.\r\n")]
    [InlineData("dot NUL", "\r\n.\0\r\n")]
    [InlineData("stuffed", "\r\n..\r\n")]
    public async Task SmugglingVector_WithASecondTransactionBehind_IsOneMail(string name, string terminator)
    {
        await UnderAttackAsync([Source.Smtp, Source.Lmtp], async source =>
        {
            await using var connection = await GreetedAsync(source);
            await connection.SendAsync("DATA\r\n");
            await connection.ExpectAsync("354 ", HostileScene.Limit);
            var from = connection.Said.Length;
            var hidden = $"MAIL FROM:<b@smuggled.example>\r\nRCPT TO:<{scene.Address}>\r\nDATA\r\nSubject: smuggled\r\n\r\nsmuggled";
            var mail = $"Subject: {source} {name}\r\n\r\nfirst{terminator}{hidden}\r\n";
            await connection.SendAsync(mail + ".\r\nQUIT\r\n");
            var said = (await connection.EndAsync(HostileScene.Limit))[from..];
            // One answer to the message, one to QUIT, and none to what stood in the message.
            Assert.Matches(@"\A250 2\.0\.0 Stored as rp-[0-9a-f]{32}\r\n221 2\.0\.0 Goodbye\r\n\z", said);
            var id = said["250 2.0.0 Stored as ".Length..said.IndexOf('\r', StringComparison.Ordinal)];
            var raw = await RawOfAsync(id);
            // A dot at the beginning of a line, and of nothing but a line, was put there for the way (RFC 5321 §4.5.2).
            Assert.Equal(mail.Replace("\r\n.", "\r\n", StringComparison.Ordinal), Encoding.Latin1.GetString(raw));
        });
    }

    [Fact]
    public async Task NulAndInvalidUtf8_InReportsAndMails_AreCountedWithReplacements()
    {
        await UnderAttackAsync(All, async source =>
        {
            var json = Vectors.NotText(scene.Attacked, "odd-" + source);
            var answer = await scene.DeliverAsync(source, scene.Address, source is Source.Https or Source.Upload ? json : Vectors.NotTextMail(scene.Address, json));
            Assert.True(answer.IsStored, $"{source}: {answer.Text}");
            await Poll.Until(async () => (await scene.Api.GetAsync($"domains/{scene.Attacked}/reports?limit=100"))["items"]!.ToJsonString().Contains("odd-" + source, StringComparison.Ordinal), HostileScene.Limit, $"the report by {source} is counted");
        });
    }

    [Fact]
    public async Task NulAndInvalidUtf8_InSmtpCommands_AreRefusedWithTheReason()
    {
        await UnderAttackAsync([Source.Smtp, Source.Lmtp], async source =>
        {
            await using var connection = await GreetedAsync(source);
            foreach (var command in new[] { "NO\0OP\r\n", "NOOP \u00ff\r\n", "RCPT TO:<\u00c0\u0080>\r\n", "\0\r\n" })
            {
                var from = connection.Said.Length;
                await connection.SendAsync(command);
                Assert.StartsWith("500 5.5.2 A command must be printable text", (await connection.ExpectAsync("\r\n", HostileScene.Limit, from))[from..], StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public async Task FiftyBombsAtOnce_AtHttpsAndSmtp_StayWithinTheMemory()
    {
        const int Each = 50;
        await UnderAttackAsync([Source.Https, Source.Smtp], async source =>
        {
            // Each one another, of few bytes: nothing about them says that they are large.
            var bombs = Enumerable.Range(0, Each).Select(number => Vectors.Gzip([.. Encoding.ASCII.GetBytes($"{{\"{source}{number}\":\""), .. new byte[31 << 20]])).ToArray();
            var answers = await Task.WhenAll(bombs.Select(bomb => scene.DeliverAsync(source, scene.Address, Wrap(source, bomb))));
            Assert.All(answers, AssertStoredOrPutOff);
            Assert.Contains(answers, answer => answer.IsStored);
        });
    }

    [Theory]
    [InlineData(nameof(Source.Https))]
    [InlineData(nameof(Source.Smtp))]
    [InlineData(nameof(Source.Upload))]
    public async Task LargestMailsAtOnce_StayWithinTheMemory(string at)
    {
        // Upload is for people who have signed in: fewer of them.
        await UnderAttackAsync([Enum.Parse<Source>(at)], async source =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, source == Source.Upload ? 4 : 12).Select(number => Task.Run(() => scene.DeliverAsync(source, scene.Address, Vectors.Largest(scene.Address, number + ((int)source * 1000))))));
            Assert.All(answers, AssertStoredOrPutOff);
            output.WriteLine($"{source}: {answers.Count(answer => answer.IsStored)} stored, {answers.Count(answer => !answer.IsStored)} put off");
        });
    }

    /// <summary>What an answer says that asks the sender to come again.</summary>
    private static readonly string[] PutOff = ["send it again", "send the report again", "counted only once"];

    private static void AssertStoredOrPutOff(Answer answer) =>
        Assert.True(
            answer.IsStored || answer.Text.StartsWith("452 4.3.1 Too much mail at once", StringComparison.Ordinal)
            || answer.Text.Contains("report address is exhausted", StringComparison.Ordinal) || answer.Text.StartsWith("451 4.3.0", StringComparison.Ordinal)
            || (answer.Text.StartsWith("503 ", StringComparison.Ordinal) && PutOff.Any(words => answer.Text.Contains(words, StringComparison.Ordinal))),
            answer.Text);

    /// <summary>
    /// Attacks the sources while decent senders deliver at all others, and afterwards at these too. Each is answered in time and its report counted; memory stays within
    /// its bound all the while.
    /// </summary>
    private async Task UnderAttackAsync(Source[] attacked, Func<Source, Task> attack, bool alsoAtAttacked = false)
    {
        scene.Memory.Forget();
        scene.GatewayPauses.Forget();
        scene.NginxPauses.Forget();
        var watch = Stopwatch.StartNew();
        var slowest = TimeSpan.Zero;
        // Where every source is attacked, one after the other, so that there are others.
        foreach (var group in attacked.Length < All.Length ? [attacked] : attacked.Select(source => new[] { source }))
        {
            var attacking = Task.WhenAll(group.Select(attack));
            Source[] others = alsoAtAttacked ? All : [.. All.Except(group)];
            do
            {
                await Task.WhenAll(others.Select(DecentlyAsync));
            }
            while (await Task.WhenAny(attacking, Task.Delay(200)) != attacking);
            await attacking;
        }
        foreach (var source in attacked)
            await DecentlyAsync(source);
        await scene.AssertCountedAsync();
        output.WriteLine($"idle {scene.Idle} MiB, peak {scene.Memory.Peak} MiB, {watch.Elapsed.TotalSeconds:0.0} s, slowest decent sender {slowest.TotalSeconds:0.0} s; longest wait of {scene.GatewayPauses.Count} at the gateway {scene.GatewayPauses.Longest.TotalMilliseconds:0} ms, of {scene.NginxPauses.Count} at nginx {scene.NginxPauses.Longest.TotalMilliseconds:0} ms");
        Assert.InRange(scene.Memory.Peak, 1, MostMemory);
        Assert.InRange(scene.GatewayPauses.Longest, TimeSpan.Zero, scene.NginxPauses.Longest + PauseLimit);
        Assert.InRange(scene.GatewayPauses.Count, 1, long.MaxValue);

        async Task DecentlyAsync(Source source)
        {
            var began = Stopwatch.GetTimestamp();
            await scene.SendGoodAsync(source);
            var took = Stopwatch.GetElapsedTime(began);
            slowest = took > slowest ? took : slowest;
            Assert.True(took < DecentLimit, $"A decent sender by {source} waited {took.TotalSeconds:0.0} s.");
        }
    }

    /// <summary>Delivers, and waits until it stands in quarantine with the code and a reason that holds the words.</summary>
    private async Task QuarantinedAsync(Source source, byte[] content, string code, string words, bool wrap = true)
    {
        var raw = wrap ? Wrap(source, content) : content.AsSpan().StartsWith("{"u8) ? Plain(source, content) : content;
        var answer = await scene.DeliverAsync(source, scene.Address, raw);
        Assert.True(answer.IsStored, $"{source}: {answer.Text}");
        if (answer.Json is { } outcome)
        {
            Assert.Equal("quarantined", (string)outcome["outcome"]!);
            Assert.Contains(words, (string)outcome["reason"]!, StringComparison.Ordinal);
            return;
        }
        JsonNode? found = null;
        // DATA's last line end belongs to the message.
        var size = raw.Length + (source is Source.Smtp or Source.Lmtp ? 2 : 0);
        var id = source is Source.Lmtp ? "source.smtp" : "source." + source.ToString().ToLowerInvariant();
        await Poll.Until(async () =>
        {
            found = (await scene.Api.GetAsync("quarantine?limit=100"))["items"]!.AsArray().FirstOrDefault(item => (string)item!["source"]! == id && (int)item["size"]! == size);
            return found is not null;
        }, HostileScene.Limit, $"the envelope of {size} bytes by {source} stands in quarantine");
        Assert.Equal(code, (string)found!["code"]!);
        Assert.Contains(words, (string)found["reason"]!, StringComparison.Ordinal);
    }

    /// <summary>As the source takes it: bytes, or a mail around them.</summary>
    private byte[] Wrap(Source source, byte[] content) => source is Source.Https or Source.Upload ? content : Vectors.Wrapped(scene.Address, content);

    private byte[] Plain(Source source, byte[] json) => source is Source.Https or Source.Upload ? json
        : [.. Encoding.ASCII.GetBytes($"To: {scene.Address}\r\nContent-Type: application/tlsrpt+json\r\n\r\n"), .. json];

    private async Task<RawConnection> GreetedAsync(Source source)
    {
        var connection = await RawConnection.OpenAsync(source == Source.Smtp ? scene.Smtp : scene.Lmtp);
        await connection.ExpectAsync("220 ", HostileScene.Limit);
        await connection.SendAsync($"{(source == Source.Smtp ? "EHLO" : "LHLO")} a.example\r\nMAIL FROM:<a@sender.example>\r\nRCPT TO:<{scene.Address}>\r\n");
        await connection.ExpectAsync("250 2.1.5", HostileScene.Limit);
        return connection;
    }

    private async Task<byte[]> RawOfAsync(string id)
    {
        await Poll.Until(async () => (await scene.Api.GetAsync("quarantine?limit=100"))["items"]!.AsArray().Any(item => (string)item!["id"]! == id), HostileScene.Limit, $"{id} stands in quarantine");
        return await scene.Api.GetBytesAsync($"quarantine/{id}/raw");
    }
}
