using System.Text.Json.Serialization;

namespace MtaSts.Grains.Reports;

/// <summary>The next check of an envelope's signatures, after checks to which the DNS did not answer.</summary>
/// <param name="Tries">Number of repeated checks.</param>
/// <param name="Due">When it is due; the envelope's lane starts it.</param>
internal sealed record DkimRetry([property: JsonPropertyName("tries")] int Tries, [property: JsonPropertyName("due")] DateTimeOffset Due)
{
    /// <summary>Pauses between checks. No check after the last one: signers rotate their keys, so a later check is meaningless.</summary>
    private static readonly TimeSpan[] Pauses =
        [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(16), TimeSpan.FromHours(48)];

    public static DkimRetry First(DateTimeOffset now) => new(0, now + Pauses[0]);

    /// <summary>Null: there is no further check.</summary>
    public DkimRetry? Next(DateTimeOffset now) => Tries + 1 == Pauses.Length ? null : new DkimRetry(Tries + 1, now + Pauses[Tries + 1]);
}
