namespace MtaSts.Grains;

/// <summary>State of a record in the DNS compared with the expected record.</summary>
[GenerateSerializer, Alias("MtaSts.RecordState")]
public enum RecordState
{
    /// <summary>Never checked.</summary>
    Unchecked,

    /// <summary>As expected.</summary>
    Ok,

    /// <summary>Does not exist.</summary>
    Missing,

    /// <summary>Exists and is well-formed, but differs from the expected record.</summary>
    Mismatch,

    /// <summary>Exists, but senders cannot use it.</summary>
    Invalid,

    /// <summary>The DNS gave no answer.</summary>
    Error,
}

/// <summary>A record to publish and its state.</summary>
/// <param name="Name">Full name, without trailing dot.</param>
/// <param name="Type"><c>CNAME</c> or <c>TXT</c>.</param>
/// <param name="Expected">What to publish; null while there is nothing to publish yet.</param>
/// <param name="Observed">The observed value.</param>
/// <param name="Detail">Human-readable: what is wrong and what to do.</param>
/// <param name="Alternative">
/// The value of the alternative form: the text of a TXT where <paramref name="Type"/> is <c>CNAME</c>, the target of a CNAME where it is <c>TXT</c>; null when there is none.
/// </param>
[GenerateSerializer, Immutable, Alias("MtaSts.RecordView")]
public sealed record RecordView(
    [property: Id(0)] string Name,
    [property: Id(1)] string Type,
    [property: Id(2)] string? Expected,
    [property: Id(3)] IReadOnlyList<string> Observed,
    [property: Id(4)] RecordState State,
    [property: Id(5)] string? Detail,
    [property: Id(6)] string? Alternative = null);
