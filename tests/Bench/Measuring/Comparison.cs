using System.Globalization;

namespace MtaSts.Bench.Measuring;

/// <summary>Ours beside another, measured in alternating rounds of one run.</summary>
/// <param name="What">What was measured, with its unit.</param>
/// <param name="Beside">What it was measured beside.</param>
/// <param name="Ours">Each round's rate; larger is better.</param>
/// <param name="Theirs">The other's rate in the same rounds.</param>
internal sealed record Comparison(string What, string Beside, IReadOnlyList<double> Ours, IReadOnlyList<double> Theirs)
{
    /// <summary>The least median ratio the project promises; null where it promises none.</summary>
    public double? Goal { get; init; }

    /// <summary>Further facts of the run.</summary>
    public string Note { get; init; } = "";

    public IReadOnlyList<double> Ratios => [.. Ours.Zip(Theirs, (ours, theirs) => ours / theirs)];

    public double Ratio => Median(Ratios);

    public string RatioText => string.Create(CultureInfo.InvariantCulture, $"{Ratio:0.00} ({Ratios.Min():0.00}–{Ratios.Max():0.00})");

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    public static string Rate(IReadOnlyList<double> values) => Median(values).ToString(Median(values) < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture);
}
