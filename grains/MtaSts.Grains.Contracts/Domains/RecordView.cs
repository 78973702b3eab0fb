using System.Text.Json.Serialization;

namespace MtaSts.Grains;

/// <summary>How a record in the DNS stands to what it should be.</summary>
[GenerateSerializer, Alias("MtaSts.RecordState")]
public enum RecordState
{
    /// <summary>Never looked at.</summary>
    Unchecked,

    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Not there.</summary>
    Missing,

    /// <summary>There and well-formed, but not what it should be.</summary>
    Mismatch,

    /// <summary>There, but not a record a sender can use.</summary>
    Invalid,

    /// <summary>The DNS gave no answer.</summary>
    Error,
}

/// <summary>A record to publish and its state.</summary>
/// <param name="Name">Full name, without trailing dot.</param>
/// <param name="Type"><c>CNAME</c> or <c>TXT</c>.</param>
/// <param name="Expected">What to publish; null while there is nothing to publish yet.</param>
/// <param name="Observed">What was seen.</param>
/// <param name="Detail">For people: what is wrong and what to do.</param>
/// <param name="Alternative">
/// The value of the other way to publish it: that of a TXT where <paramref name="Type"/> is <c>CNAME</c>, the target of a CNAME where it is <c>TXT</c>; null when there is none. For
/// the dashboard; in the API <paramref name="Detail"/> names it.
/// </param>
[GenerateSerializer, Immutable, Alias("MtaSts.RecordView")]
public sealed record RecordView(
    [property: Id(0)] string Name,
    [property: Id(1)] string Type,
    [property: Id(2)] string? Expected,
    [property: Id(3)] IReadOnlyList<string> Observed,
    [property: Id(4)] RecordState State,
    [property: Id(5)] string? Detail,
    [property: Id(6), JsonIgnore] string? Alternative = null);
