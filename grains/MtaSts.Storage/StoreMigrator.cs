using DbUp.Engine;

namespace MtaSts.Storage;

/// <summary>
/// Upgrades a store to this version's schema: the scripts embedded under <c>Scripts</c>, in order of name, each once. All outstanding
/// ones run in one transaction, and processes that start at the same time run them in turn.
/// </summary>
internal sealed partial class StoreMigrator(Store store, NewStoreRule newStore, ILogger<StoreMigrator> logger)
{
    /// <summary>Prepares the store. Throws <see cref="StoreException"/> when it cannot be used or belongs to a newer version.</summary>
    /// <returns>How many scripts were run.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (store.Absence is { } absence)
            newStore.Refuse(store, absence);
        await store.PrepareAsync(cancellationToken);
        if (newStore.IsRefused && await store.IsEmptyAsync(cancellationToken))
            newStore.Refuse(store, "is empty");
        await using var schema = await store.LockSchemaAsync(cancellationToken);
        var engine = Engine();
        RefuseNewer(engine);
        var result = engine.PerformUpgrade();
        if (!result.Successful)
            throw new StoreException($"{store.Description}: the schema could not be brought up to date in {result.ErrorScript?.Name}: {result.Error.Message}", result.Error);
        var count = result.Scripts.Count();
        if (count > 0)
            LogChanged(store.Description, count);
        else
            LogUnchanged(store.Description);
        return count;
    }

    private UpgradeEngine Engine()
    {
        var prefix = $"MtaSts.Storage.Scripts.{store.Scripts}.";
        var assembly = typeof(StoreMigrator).Assembly;
        var scripts = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => SqlScript.FromStream(name[prefix.Length..], assembly.GetManifestResourceStream(name)!));
        return store.Migrations()
            .WithScripts(scripts)
            .WithTransaction()
            .WithVariablesDisabled()
            .LogToNowhere() // The caller logs the result.
            .Build();
    }

    private void RefuseNewer(UpgradeEngine engine)
    {
        var unknown = engine.GetExecutedButNotDiscoveredScripts();
        if (unknown.Count > 0)
            throw new StoreException($"{store.Description} was written by a newer version of the service: this one does not know {string.Join(", ", unknown)}. "
                + "Start that version again, or restore a backup made before it.");
    }

    [LoggerMessage(EventId = 1000, Level = LogLevel.Information, Message = "{Store}: schema upgraded, {Count} scripts run")]
    private partial void LogChanged(string store, int count);

    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "{Store}: schema up to date")]
    private partial void LogUnchanged(string store);
}
