using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Reports;

internal sealed record KnownReportersState
{
    [JsonPropertyName("reporters")] public ImmutableDictionary<string, SeenReporter> Reporters { get; init; } = ImmutableDictionary<string, SeenReporter>.Empty;
}

/// <summary>The UTC days on which reports of a reporter were counted.</summary>
internal sealed record SeenReporter(
    [property: JsonPropertyName("first")] DateOnly First,
    [property: JsonPropertyName("last")] DateOnly Last,
    [property: JsonPropertyName("days")] int Days);

/// <summary>
/// The reporters counted for a claim: networks, verified signers, and organisation names as claimed. A reporter is known from the next day. Anyone can
/// send a forged report that is counted, so a reporter never displaces one that was seen on more days.
/// </summary>
internal static class KnownReporters
{
    /// <summary>Maximum number of reporters of each kind; real domains have tens.</summary>
    public const int MaxOfKind = 128;

    /// <summary>A reporter not seen for this time is no longer known.</summary>
    private const int ForgetDays = 60;

    private const string NetworkKind = "net:";
    private const string SignerKind = "dkim:";
    private const string OrganizationKind = "org:";

    public static string Network(string network) => NetworkKind + network;

    public static string Signer(string domain) => SignerKind + domain;

    public static string Organization(string name) => OrganizationKind + Capped.Name(name);

    public static bool IsKnown(KnownReportersState state, string reporter, DateOnly today) =>
        state.Reporters.TryGetValue(reporter, out var seen) && seen.First < today && today.DayNumber - seen.Last.DayNumber <= ForgetDays;

    /// <summary>An unchanged state is the same object.</summary>
    public static KnownReportersState Seen(KnownReportersState state, IEnumerable<string> reporters, DateOnly today) => reporters.Aggregate(state, (next, reporter) => Seen(next, reporter, today));

    private static KnownReportersState Seen(KnownReportersState state, string reporter, DateOnly today)
    {
        if (state.Reporters.TryGetValue(reporter, out var seen))
            return seen.Last >= today ? state : state with { Reporters = state.Reporters.SetItem(reporter, seen with { Last = today, Days = seen.Days + 1 }) };
        var kind = reporter[..(reporter.IndexOf(':', StringComparison.Ordinal) + 1)];
        var ofKind = state.Reporters.Where(pair => pair.Key.StartsWith(kind, StringComparison.Ordinal)).ToArray();
        var next = state.Reporters;
        if (ofKind.Length >= MaxOfKind)
        {
            var (key, least) = ofKind.MinBy(pair => (IsOver(pair.Value) ? 0 : pair.Value.Days, pair.Value.Last));
            if (!IsOver(least) && (least.Days > 1 || least.Last >= today))
                return state;
            next = next.Remove(key);
        }
        return state with { Reporters = next.Add(reporter, new SeenReporter(today, today, 1)) };

        bool IsOver(SeenReporter other) => today.DayNumber - other.Last.DayNumber > ForgetDays;
    }
}
