namespace MtaSts.Bench.Measuring;

/// <summary>What was measured on.</summary>
internal static class Machine
{
    private const string CpuFacts = "/proc/cpuinfo";

    public static string Text { get; } = $"{Environment.ProcessorCount} cores, {CpuModel()}, .NET {Environment.Version}";

    private static string CpuModel() =>
        File.Exists(CpuFacts) && File.ReadLines(CpuFacts).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : "unknown CPU";
}
