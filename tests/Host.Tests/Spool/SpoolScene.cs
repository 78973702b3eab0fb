using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Host.Spool;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using MtaSts.Storage;

namespace MtaSts.Host.Tests.Spool;

/// <summary>The spool in a folder of its own, above storage that the test switches off and on.</summary>
internal sealed class SpoolScene : IReportInbox, IStorageHealth, IHostApplicationLifetime, IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly SpoolDrain drain;

    public SpoolScene(Action<SpoolOptions>? configure = null, Func<Envelope, Receipt>? onEnvelope = null)
    {
        OnEnvelope = onEnvelope ?? (envelope => new Receipt.Stored($"rp-{Samples.Number(envelope)}", Stored.TryAdd(Samples.Number(envelope), envelope)));
        var settings = new SpoolOptions { Path = folder["spool"], MinFreeBytes = 0 };
        configure?.Invoke(settings);
        var options = Options.Create(settings);
        Spool = new ReportSpool(options, Options.Create(new StorageOptions()), Clock, NullLogger<ReportSpool>.Instance);
        Spool.OpenAsync(CancellationToken.None).GetAwaiter().GetResult();
        var metrics = new SpoolMetrics(services.GetRequiredService<IMeterFactory>(), Spool, Clock);
        Inbox = new SpooledInbox(this, Spool, Watch, this, new KnownTokens(), metrics, options, Clock, NullLogger<SpooledInbox>.Instance);
        drain = new SpoolDrain(Spool, Inbox, Watch, this, metrics, this, Clock, NullLogger<SpoolDrain>.Instance);
    }

    public FakeTimeProvider Clock { get; } = new();

    public ReportSpool Spool { get; }

    public StorageWatch Watch { get; } = new();

    public SpooledInbox Inbox { get; }

    public string Folder => folder["spool"];

    /// <summary>What storage holds, by number.</summary>
    public ConcurrentDictionary<int, Envelope> Stored { get; } = new();

    public Func<Envelope, Receipt> OnEnvelope { get; set; }

    public bool IsDown { get; set; }

    /// <summary>Storage that takes the question and gives no answer until told.</summary>
    public TaskCompletionSource? Hang { get; set; }

    /// <summary>Awaited before storage answers for an envelope.</summary>
    public Func<Envelope, Task> Before { get; set; } = _ => Task.CompletedTask;

    public int Asked { get; private set; }

    public CancellationToken ApplicationStarted { get; } = new(canceled: true);

    public CancellationToken ApplicationStopping => CancellationToken.None;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    public Task<Receipt> AcceptAsync(Envelope envelope) => Inbox.AcceptAsync(envelope, CancellationToken.None);

    string IReportInbox.MailDomain => "reports.example";

    Task<TokenKnowledge> IReportInbox.KnowsAsync(string token, CancellationToken cancellationToken) =>
        Task.FromResult(IsDown ? TokenKnowledge.Unavailable : TokenKnowledge.Known);

    async Task<Receipt> IReportInbox.AcceptAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        Asked++;
        if (Hang is { } hang)
            await hang.Task;
        await Before(envelope);
        return IsDown ? new Receipt.Unavailable("down") : OnEnvelope(envelope);
    }

    public Task<StorageProblem?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult(IsDown ? new StorageProblem("down") : null);

    /// <summary>Drains until nothing waits, time running as fast as the drain asks for it.</summary>
    public async Task DrainAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var work = drain.DrainAsync(Spool.Queue!, limit.Token);
        while (!work.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(work, Task.Delay(1));
        }
        await work;
    }

    /// <summary>Records in the file.</summary>
    public int Rows() => Convert.ToInt32(Ask("SELECT count(*) FROM Report"), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The first value that a statement returns.</summary>
    public object? Ask(string statement)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(Folder, "spool.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        return command.ExecuteScalar();
    }

    public Task RunAsync() => drain.StartAsync(CancellationToken.None);

    public Task StopAsync() => drain.StopAsync(CancellationToken.None);

    public void StopApplication()
    {
    }

    public async ValueTask DisposeAsync()
    {
        await drain.StopAsync(CancellationToken.None);
        drain.Dispose();
        await Spool.DisposeAsync();
        await services.DisposeAsync();
        folder.Dispose();
    }
}
