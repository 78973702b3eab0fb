namespace MtaSts.Storage;

/// <summary>The supported storage engines.</summary>
internal enum StorageProvider
{
    /// <summary>One file, one process; no installation.</summary>
    Sqlite,

    /// <summary>A server that several silos share.</summary>
    PostgreSql,
}

/// <summary>Section <c>Storage</c>: the store of all data.</summary>
internal sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>The file used when nothing is set, under the working directory.</summary>
    public const string DefaultSqlite = "Data Source=data/mtasts.db";

    /// <summary>The engine. Default: <see cref="StorageProvider.Sqlite"/>.</summary>
    public StorageProvider Provider { get; set; }

    /// <summary>
    /// The engine's ADO.NET connection string. Required for PostgreSQL; default for SQLite: <c>Data Source=data/mtasts.db</c>. Append <c>;Default Timeout=3</c> to wait 3 s
    /// for another writer of the SQLite file instead of 10 s. May contain a password: never logged.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// How long a starting process waits for a PostgreSQL server that is not reachable yet, for example when both start together. Default 30 s. With a spool it waits
    /// without a limit, and spools the reports that arrive meanwhile.
    /// </summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a starting process waits for another process that holds the SQLite file, the spool's folder or, without <c>Cluster:Enabled</c>, the PostgreSQL
    /// database, before its start fails. Default 5 s: covers a restart during which the old process is still stopping. 0 to 10 min.
    /// </summary>
    public TimeSpan OwnerTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether the start may create a new store although <c>Hosting:Target</c> or <c>Dashboard:PublicUrl</c> is set. Default false: an installation in use has
    /// a store, and an empty one means a wrong path or a disk that is not mounted. Needed only for the first start of such an installation.
    /// </summary>
    public bool AllowNew { get; set; }
}
