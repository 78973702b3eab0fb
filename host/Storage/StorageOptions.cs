namespace MtaSts.Host.Storage;

/// <summary>The engines the service can store in.</summary>
internal enum StorageProvider
{
    /// <summary>One file, one process: nothing to install.</summary>
    Sqlite,

    /// <summary>A server that several silos share.</summary>
    PostgreSql,
}

/// <summary>Section <c>Storage</c>: where everything is kept.</summary>
internal sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>The file used when nothing is set, under the working directory.</summary>
    public const string DefaultSqlite = "Data Source=data/mtasts.db";

    /// <summary>The engine. Default: <see cref="StorageProvider.Sqlite"/>.</summary>
    public StorageProvider Provider { get; set; }

    /// <summary>
    /// The engine's ADO.NET connection string. Default for SQLite: <see cref="DefaultSqlite"/>; PostgreSQL has none. May hold a
    /// password: never logged, see <see cref="Store.Description"/>.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// How long a starting process waits for a PostgreSQL server that cannot be reached yet, as when both are started at once.
    /// Default 30 s. Where there is a spool it waits on, and keeps the reports that come meanwhile.
    /// </summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a starting process waits for another one that holds the SQLite file, the spool's folder or, without <c>Cluster:Enabled</c>, the PostgreSQL
    /// database, before its start fails. Default 5 s: a restart in which the old process is still stopping. 0 to 10 min.
    /// </summary>
    public TimeSpan OwnerTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether the start may make a new store though <c>Hosting:Target</c> or <c>Dashboard:PublicUrl</c> is set. Default false: an installation that others rely on has
    /// a store, and an empty one in its place means a wrong path or a disk that is not mounted. Needed for the first start of such an installation alone.
    /// </summary>
    public bool AllowNew { get; set; }
}
