using MtaSts.Host.Spool;

namespace MtaSts.Host.Tests.Spool;

/// <summary>A disk in memory that can fail and crash: what was not synced may be lost, in part or whole, or come out as zeros.</summary>
internal sealed class FaultyFiles : ISpoolFiles
{
    private readonly Dictionary<string, FileState> files = new(StringComparer.Ordinal);

    /// <summary>Appends until one is cut short and fails; below 0 for never.</summary>
    public int AppendsLeft { get; set; } = -1;

    /// <summary>Syncs until one fails; below 0 for never.</summary>
    public int SyncsLeft { get; set; } = -1;

    public int Syncs { get; private set; }

    /// <summary>A disk that takes its time: syncs wait for it.</summary>
    public TaskCompletionSource? Slow { get; set; }

    public long Free { get; set; } = long.MaxValue / 2;

    public Dictionary<string, byte[]> Kept { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Segments() => [.. files.Keys.Order(StringComparer.Ordinal)];

    public long Length(string segment) => files[segment].Bytes.Length;

    public byte[] Read(string segment) => files[segment].Bytes.ToArray();

    public DateTimeOffset Written(string segment) => Samples.Received;

    public ISpoolFile Create(string segment)
    {
        var state = new FileState();
        files.Add(segment, state);
        return new Writer(this, state);
    }

    public void Delete(string segment) => files.Remove(segment);

    public void Put(string segment, byte[] bytes) => files[segment] = new FileState { Bytes = new MemoryStream(bytes), Durable = bytes.Length };

    public void Keep(string folder, string name, params ReadOnlySpan<ReadOnlyMemory<byte>> bytes)
    {
        var all = new List<byte>();
        foreach (var part in bytes)
            all.AddRange(part.Span);
        Kept[$"{folder}/{name}"] = [.. all];
    }

    public long KeptBytes() => Kept.Values.Sum(bytes => (long)bytes.Length);

    public IReadOnlyList<string> KeptNames(string folder) =>
        [.. Kept.Keys.Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal)).Select(name => name[(folder.Length + 1)..]).Order(StringComparer.Ordinal)];

    public byte[] ReadKept(string folder, string name) => Kept[$"{folder}/{name}"];

    public void DeleteKept(string folder, string name) => Kept.Remove($"{folder}/{name}");

    public long FreeBytes() => Free;

    /// <summary>What another process finds after the power failed.</summary>
    public FaultyFiles Crash(Random random)
    {
        var after = new FaultyFiles();
        foreach (var (name, bytes) in Kept)
            after.Kept[name] = bytes;
        foreach (var (name, file) in files)
        {
            var bytes = file.Bytes.ToArray();
            var survives = bytes[..random.Next((int)file.Durable, bytes.Length + 1)];
            if (random.Next(3) == 0)
                Array.Clear(survives, (int)file.Durable, survives.Length - (int)file.Durable);
            after.Put(name, survives);
        }
        return after;
    }

    public void Dispose()
    {
    }

    private sealed class FileState
    {
        public MemoryStream Bytes { get; init; } = new();
        public long Durable { get; set; }
    }

    private sealed class Writer(FaultyFiles disk, FileState state) : ISpoolFile
    {
        public void Append(ReadOnlySpan<byte> bytes)
        {
            state.Bytes.Position = state.Bytes.Length;
            if (disk.AppendsLeft == 0)
            {
                disk.AppendsLeft = -1;
                state.Bytes.Write(bytes[..(bytes.Length / 2)]);
                throw new IOException("No space left on device.");
            }
            disk.AppendsLeft--;
            state.Bytes.Write(bytes);
        }

        public void Sync()
        {
            disk.Slow?.Task.GetAwaiter().GetResult();
            disk.Syncs++;
            if (disk.SyncsLeft == 0)
            {
                disk.SyncsLeft = -1;
                throw new IOException("Input/output error.");
            }
            disk.SyncsLeft--;
            state.Durable = state.Bytes.Length;
        }

        public void Dispose()
        {
        }
    }
}
