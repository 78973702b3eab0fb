using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Maildir;
using MtaSts.Modules.Reports;
using MtaSts.Modules.Testing;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Modules.Tests.Maildir;

public sealed class MaildirContractTests : ReportSourceContract, IDisposable
{
    private readonly MaildirStage stage = new();

    public void Dispose() => stage.Dispose();

    protected override Task<ReportSourceScene> SetUpAsync() => Task.FromResult(new ReportSourceScene(stage.Source, stage.Inbox, (_, mail) => Task.FromResult(stage.Fate(stage.Put(mail))), 1, stage.PassTime));
}

public sealed class MaildirSourceTests : IAsyncDisposable
{
    private const string One = "abcdefghijklmnopqrstuvwxyz";
    private const string Two = "bcdefghijklmnopqrstuvwxyza";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Both mailbox modules have it compiled in, so its name alone would be ambiguous here.</summary>
    private static readonly Func<DateTimeOffset?, DateTimeOffset, DateTimeOffset> Arrived =
        typeof(MaildirSource).Assembly.GetType("MtaSts.Modules.Mailboxes.MailDelivery")!.GetMethod("Arrived")!.CreateDelegate<Func<DateTimeOffset?, DateTimeOffset, DateTimeOffset>>();

    private readonly MaildirStage stage = new();
    private readonly CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stage.Dispose();
        stop.Dispose();
    }

    [Theory]
    [InlineData("Delivered-To: {1}@reports.example\r\nTo: {2}@reports.example", One)]
    [InlineData("To: {2}@reports.example\r\nX-Original-To: <{1}@REPORTS.example.>", One)]
    [InlineData("Delivered-To: local@box.example\r\nTo: \"a, b\" <x@y.example>,\r\n\t<{1}@reports.example>, {2}@reports.example", One, Two)]
    [InlineData("Subject: To: {2}@reports.example\r\nTo: {1}@reports.example\r\n\r\nDelivered-To: {2}@reports.example", One)]
    [InlineData("Delivered-To: reports@reports.example\r\nX-Original-To: {1}@reports.example\r\nTo: {2}@reports.example", One)]
    [InlineData("Delivered-To: reports@reports.example\r\nTo: {1}@reports.example", One)]
    public async Task Mail_IsDeliveredToTheTokensOfTheFirstHeaderThatHasAClaims(string headers, params string[] tokens)
    {
        var mail = stage.Put(Bytes(headers));
        await Until(() => stage.Fate(mail)() == MailFate.Acknowledged);
        Assert.Equal(tokens, stage.Inbox.Stored.Select(envelope => envelope.Token).Order());
    }

    [Theory]
    [InlineData("cur", "1.x:2,RS")]
    [InlineData("new", "a b'\"$(x)*?[;]\n\u00fc\u4e2d.eml")]
    [InlineData("new", "-rf")]
    public async Task Mail_AnyNameAndAlreadyShown_IsTaken(string part, string name)
    {
        var mail = stage.Put(Bytes("To: {1}@reports.example"), part, name);
        await Until(() => stage.Fate(mail)() == MailFate.Acknowledged);
    }

    [Fact]
    public async Task LinksPipesTmpAndHidden_AreLeftAlone()
    {
        stage.Put(Bytes("To: {1}@reports.example\r\nSubject: 1"), "tmp", "1");
        stage.Put(Bytes("To: {1}@reports.example\r\nSubject: 2"), "new", ".hidden");
        var outside = stage.Put(Bytes("To: {1}@reports.example\r\nSubject: 3"), "", "outside");
        File.CreateSymbolicLink(Path.Combine(stage.Root, "new", "link"), outside);
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(stage.Root, "new", "pipe")]))
            await mkfifo.WaitForExitAsync();
        var good = stage.Put(Bytes("To: {1}@reports.example\r\nSubject: 4"));
        await Until(() => stage.Fate(good)() == MailFate.Acknowledged && !File.Exists(Path.Combine(stage.Root, "new", "pipe")));
        Assert.Single(stage.Inbox.Stored);
        Assert.True(File.Exists(outside));
        Assert.True(File.Exists(Path.Combine(stage.Root, "new", "link")));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task Size_AtItsLimitAndOneBeyond(int beyond, bool taken)
    {
        var mail = new byte[Envelope.MaxBytes + beyond];
        Bytes("To: {1}@reports.example").CopyTo(mail, 0);
        var path = stage.Put(mail);
        await Until(() => stage.Fate(path)() == (taken ? MailFate.Acknowledged : MailFate.PutAside));
    }

    [Fact]
    public async Task StoredAndNotMoved_CrashInBetween_CountsOnce()
    {
        var mail = Bytes("To: {1}@reports.example");
        stage.Inbox.Claim(One);
        await stage.Inbox.AcceptAsync(new Envelope(stage.Source.Id, default, mail, One, null), TestContext.Current.CancellationToken);
        var path = stage.Put(mail);
        await Until(() => stage.Fate(path)() == MailFate.Acknowledged);
        Assert.Equal((2, 1), (stage.Inbox.Deliveries, stage.Inbox.Stored.Count));
    }

    [Fact]
    public async Task Delete_RemovesWhatIsStoredAndNeverWhatIsNot()
    {
        stage.Options.AfterReading = AfterReading.Delete;
        var good = stage.Put(Bytes("To: {1}@reports.example"));
        var stray = stage.Put(Bytes("To: nobody@reports.example"));
        await Until(() => !File.Exists(good) && stage.Fate(stray)() == MailFate.PutAside);
        Assert.False(Directory.Exists(Path.Combine(stage.Root, ".Processed")));
    }

    [Fact]
    public async Task TokenFrom_Folder_IsTheSubFoldersName()
    {
        stage.Options.TokenFrom = TokenPlace.Folder;
        var mail = stage.Put(Bytes("Subject: x"), Path.Combine("." + One, "new"));
        await Until(() => stage.Fate(mail)() == MailFate.Acknowledged);
        Assert.Equal(One, Assert.Single(stage.Inbox.Stored).Token);
    }

    [Fact]
    public async Task TokenFrom_Extension_IsWhatFollowsTheDelimiter()
    {
        stage.Options.TokenFrom = TokenPlace.Extension;
        var mail = stage.Put(Bytes("Delivered-To: reports+{1}@box.example"));
        await Until(() => stage.Fate(mail)() == MailFate.Acknowledged);
    }

    [Fact]
    public async Task Folder_Missing_IsToldAndTakenUpWhenItIsThere()
    {
        Directory.Delete(stage.Root, recursive: true);
        await Until(() => stage.Source.Status is ReportSourceStatus.Troubled { Problem: var problem } && problem.Contains("There is no Maildir", StringComparison.Ordinal));
        var mail = stage.Put(Bytes("To: {1}@reports.example"));
        await Until(() => stage.Fate(mail)() == MailFate.Acknowledged && stage.Source.Status is ReportSourceStatus.Working);
    }

    /// <summary>It kept new mails waiting for up to five minutes: the pause after it grew, and never shrank.</summary>
    [Fact]
    public async Task Mail_ThatCannotBeMoved_IsTriedEverMoreSeldomAndKeepsNoOtherWaiting()
    {
        stage.Put(Bytes("To: {1}@reports.example\r\nSubject: stuck"), "new", new string('x', 254)); // No room for the mark of a mail that was seen.
        await Until(() => stage.Inbox.Deliveries >= 8);
        Assert.Contains("stays there", Assert.IsType<ReportSourceStatus.Troubled>(stage.Source.Status).Problem, StringComparison.Ordinal);
        var (began, before) = (stage.Clock.GetUtcNow(), stage.Inbox.Deliveries);
        Assert.InRange(began - stage.Clock.Start, TimeSpan.FromSeconds(1 + 2 + 4 + 8 + 16 + 32 + 64), TimeSpan.FromHours(1));
        var good = stage.Put(Bytes("To: {1}@reports.example"));
        await Until(() => stage.Fate(good)() == MailFate.Acknowledged);
        Assert.InRange(stage.Clock.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.InRange(stage.Inbox.Deliveries - before, 1, 2);
        Assert.IsType<ReportSourceStatus.Troubled>(stage.Source.Status);
    }

    /// <summary>A mailbox that was there before the service: signatures that were good for a week stood as expired, and all reports as late.</summary>
    [Fact]
    public async Task Mail_ThatLayThereForLong_IsAsOldAsItsFile()
    {
        var then = new DateTimeOffset(2025, 11, 1, 3, 0, 0, TimeSpan.Zero);
        stage.Clock.SetUtcNow(then.AddMonths(4));
        var mail = stage.Put(Bytes("To: {1}@reports.example"), written: then);
        await Until(() => stage.Fate(mail)() == MailFate.Acknowledged);
        Assert.Equal(then, Assert.Single(stage.Inbox.Stored).ReceivedAt);
    }

    [Theory]
    [InlineData("2025-11-01T03:00:00Z", "2025-11-01T03:00:00Z")]
    [InlineData("2025-11-01T05:00:00+02:00", "2025-11-01T03:00:00Z")]
    [InlineData("2026-03-02T00:00:01Z", "2026-03-02T00:00:00Z")]
    [InlineData("2014-12-31T23:59:59Z", "2026-03-02T00:00:00Z")]
    [InlineData("1970-01-01T00:00:00Z", "2026-03-02T00:00:00Z")]
    [InlineData(null, "2026-03-02T00:00:00Z")]
    public void Arrived_IsWhatTheMailboxTellsWhenItCanBe(string? told, string arrived) =>
        Assert.Equal(Moment(arrived), Arrived(told is null ? null : Moment(told), Moment("2026-03-02T00:00:00Z")));

    [Theory]
    [InlineData("Path", "Maildir", "full path")]
    [InlineData("MoveTo", "../x", "MoveTo")]
    [InlineData("Unclaimed", "new", "Unclaimed")]
    [InlineData("Unclaimed", ".Processed", "differ")]
    [InlineData("Poll", "00:00:00", "Poll")]
    [InlineData("Pth", "/x", "Pth")]
    public void Read_WhatCannotWork_IsNamed(string key, string value, string problem) =>
        Assert.Contains(problem, Assert.ThrowsAny<Exception>(() => MaildirSettings.Read(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("m:" + key, (string?)value)]).Build().GetSection("m"))).ToString(), StringComparison.Ordinal);

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] Bytes(string headers) => Encoding.UTF8.GetBytes(headers.Replace("{1}", One, StringComparison.Ordinal).Replace("{2}", Two, StringComparison.Ordinal) + "\r\n\r\nx\r\n");

    private Task Until(Func<bool> condition)
    {
        stage.Inbox.Claim(One);
        stage.Inbox.Claim(Two);
        if (running.IsCompleted)
            running = Task.Run(() => stage.Source.RunAsync(stop.Token));
        return Poll.Until(async () =>
        {
            await stage.PassTime();
            return condition();
        }, Limit, "it has become of the mail what should");
    }
}

/// <summary>A Maildir on disk, a test's clock, an inbox in memory.</summary>
internal sealed class MaildirStage : IDisposable
{
    private readonly TempFolder folder = new();
    private int number;

    public MaildirStage()
    {
        foreach (var part in new[] { "new", "cur", "tmp" })
            Directory.CreateDirectory(Path.Combine(Root, part));
        Options = new MaildirOptions { Path = Root };
        Source = new MaildirSource(Options, Inbox, Clock, NullLogger<MaildirSource>.Instance);
    }

    public FakeTimeProvider Clock { get; } = new();

    public string Root => folder["Maildir"];

    public MaildirOptions Options { get; }

    public InMemoryInbox Inbox { get; } = new();

    public MaildirSource Source { get; }

    /// <summary>As an MTA does: written elsewhere, then renamed.</summary>
    public string Put(byte[] mail, string part = "new", string? name = null, DateTimeOffset? written = null)
    {
        var path = Path.Combine(Root, part, name ?? $"{++number}.test");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(folder["written"], mail);
        if (written is { } at)
            File.SetLastWriteTimeUtc(folder["written"], at.UtcDateTime);
        File.Move(folder["written"], path);
        return path;
    }

    public Func<MailFate> Fate(string path)
    {
        var name = Path.GetFileName(path).Split(":2,")[0] + ":2,S";
        return () => File.Exists(path) ? MailFate.Waiting
            : File.Exists(Path.Combine(Root, ".Processed", "cur", name)) ? MailFate.Acknowledged
            : File.Exists(Path.Combine(Root, ".Unclaimed", "cur", name)) ? MailFate.PutAside : MailFate.Waiting;
    }

    public Task PassTime()
    {
        Clock.Advance(TimeSpan.FromSeconds(5));
        return Task.CompletedTask;
    }

    public void Dispose() => folder.Dispose();
}
