using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Reports;
using MtaSts.Storage;

namespace MtaSts.Grains.Storage;

/// <summary>
/// This process's copy of the table <c>LiveKey</c>: hosted domains, API tokens and the tokens of report addresses, each by the key of its grain. It is read completely before any endpoint listens and then updated. A name
/// that is missing here is only looked up more slowly, and an extra one costs one lookup, so an outdated copy causes no wrong result.
/// </summary>
/// <remarks>100,000 names take about 15 MB and are read in less than a second, in slices between which others use the store.</remarks>
internal sealed partial class LiveKeys(Store store, TimeProvider clock, ILogger<LiveKeys> logger) : BackgroundService, IKnownClaimTokens
{
    public const string Domain = "domain";
    public const string ApiToken = "api-token";
    public const string ClaimToken = "claim-token";

    /// <summary>How often new names are read: one read at the end of an index.</summary>
    internal static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <summary>How often all are read again, so that deleted ones are removed from memory.</summary>
    internal static readonly TimeSpan WholeEvery = TimeSpan.FromMinutes(10);

    /// <summary>Rows per read: bounds how long it blocks other users of a SQLite file.</summary>
    private const int Slice = 5_000;

    /// <summary>Rows read again each time: transactions of a PostgreSQL database may commit in a different order than their numbers.</summary>
    private const int Overlap = 1_000;

    private volatile ConcurrentDictionary<(string Kind, string Name), byte> names = new();
    private long last;
    private long readWholeAt;
    private bool isFailing;

    /// <summary>All names were read at least once.</summary>
    public bool IsLoaded { get; private set; }

    public int Count => names.Count;

    public bool Contains(string kind, string name) => names.ContainsKey((kind, name));

    bool IKnownClaimTokens.Contains(string token) => Contains(ClaimToken, GrainKeys.ClaimTokenKey(token));

    public IEnumerable<string> All(string kind) => names.Keys.Where(key => key.Kind == kind).Select(static key => key.Name);

    /// <summary>Adds a name that was found in its grain.</summary>
    public void Add(string kind, string name) => names.TryAdd((kind, name), 0);

    /// <summary>Removes a name that no longer exists in its grain: the next lookup is that of an unknown name.</summary>
    public void Remove(string kind, string name) => names.TryRemove((kind, name), out _);

    /// <summary>Reads all names before the services that are registered later start; if that fails it is retried, and the gateway is not ready until it succeeds.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await FollowAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Reads new names, or all names when due.</summary>
    internal async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!IsLoaded || clock.GetElapsedTime(readWholeAt) >= WholeEvery)
                await ReadWholeAsync(cancellationToken);
            else
                last = Math.Max(last, await ReadAsync(names, Math.Max(0, last - Overlap), cancellationToken));
            isFailing = false;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            if (!isFailing)
                LogFailed(exception);
            isFailing = true;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // No periodic timer: after a long sleep, or a jump of a test's clock, it would tick for each missed period.
        try
        {
            while (true)
            {
                await Task.Delay(Every, clock, stoppingToken);
                await FollowAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Shutdown. After a failed start the host would log it as an error.
        }
    }

    private async Task ReadWholeAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var all = new ConcurrentDictionary<(string, string), byte>();
        last = await ReadAsync(all, 0, cancellationToken);
        names = all;
        readWholeAt = began;
        IsLoaded = true;
    }

    /// <returns>The number of the last row.</returns>
    private async Task<long> ReadAsync(ConcurrentDictionary<(string, string), byte> into, long after, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = 0;
            await using (var connection = await store.DataSource.OpenConnectionAsync(cancellationToken))
            {
                await using var command = connection.CreateCommand();
                command.CommandText = "SELECT Id, Kind, Name FROM LiveKey WHERE Id > @after ORDER BY Id LIMIT @slice";
                command.Add("after", after);
                command.Add("slice", Slice);
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                while (await reader.ReadAsync(cancellationToken))
                {
                    after = reader.GetInt64(0);
                    into.TryAdd((string.Intern(reader.GetString(1)), reader.GetString(2)), 0); // Three kinds.
                    read++;
                }
            }
            if (read < Slice)
                return after;
        }
    }

    [LoggerMessage(1016, LogLevel.Warning, "Names of hosted domains and tokens not read; known names stay valid, and new names are looked up like unknown ones until the next attempt")]
    private partial void LogFailed(Exception exception);
}
