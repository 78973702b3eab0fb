using MtaSts.Peers;

namespace MtaSts.Bench.Ingest;

/// <summary>A database of the measurement's own server; goes with it.</summary>
internal sealed class OwnDatabase(string connectionString) : TempStore
{
    public override string Provider => "PostgreSql";

    public override string ConnectionString => connectionString;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
