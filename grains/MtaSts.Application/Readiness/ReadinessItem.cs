namespace MtaSts.Application.Readiness;

/// <summary>State of one condition.</summary>
public enum ReadinessState
{
    /// <summary>Met.</summary>
    Met,

    /// <summary>Cannot be checked by this service, for a reason that does not lie in the domain. Does not prevent enforce.</summary>
    NotChecked,

    /// <summary>Not met yet, but time alone will meet it; see <see cref="ReadinessItem.Until"/>.</summary>
    Waiting,

    /// <summary>Not met.</summary>
    Missing,
}

/// <summary>The conditions. Permanent, for programs.</summary>
public static class ReadinessCodes
{
    /// <summary>The policy has been in testing for <see cref="ReadinessOptions.TestingDays"/>.</summary>
    public const string TestingTime = "testing-time";

    /// <summary>The policy to enforce has every mx line of the served policy, which every gateway serves.</summary>
    public const string PolicyTested = "policy-tested";

    /// <summary>The policy record has the id of the served policy.</summary>
    public const string PolicyRecord = "policy-record";

    /// <summary>Senders get the policy.</summary>
    public const string PolicyHost = "policy-host";

    /// <summary>The policy admits every MX host.</summary>
    public const string MxCovered = "mx-covered";

    /// <summary>Every MX host presents what an enforcing sender requires (RFC 8461 §4.2).</summary>
    public const string MxProbed = "mx-probed";

    /// <summary>Enough organisations report.</summary>
    public const string Reporters = "reporters";

    /// <summary>No report shows a failure that enforce turns into undelivered mail.</summary>
    public const string Failures = "failures";

    /// <summary>No other alert is critical.</summary>
    public const string Alerts = "alerts";
}

/// <summary>One condition for enforce.</summary>
/// <param name="Code">One of <see cref="ReadinessCodes"/>.</param>
/// <param name="State">Whether it is met.</param>
/// <param name="Title">Short, the same in every state.</param>
/// <param name="Message">What was found, and what to do.</param>
/// <param name="Since">Since when it is met or not met; null when that is not known.</param>
/// <param name="Until">When it will be met if nothing else changes; null when that is not known.</param>
public sealed record ReadinessItem(string Code, ReadinessState State, string Title, string Message, DateTimeOffset? Since = null, DateTimeOffset? Until = null)
{
    /// <summary>MX hosts that it concerns.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Failures of <see cref="ReadinessCodes.Failures"/>, most sessions first.</summary>
    public IReadOnlyList<ReadinessFailure> Failures { get; init; } = [];

    /// <summary>It does not prevent enforce.</summary>
    public bool IsFine => State is ReadinessState.Met or ReadinessState.NotChecked;
}

/// <summary>Sessions that an enforced policy would have turned into undelivered mail.</summary>
/// <param name="Organization">The organisation as its row in the scorecard names it, see <see cref="Grains.SendingOrganizations"/>.</param>
/// <param name="MxHost">Null when the reports do not name it.</param>
/// <param name="ResultType">RFC 8460 §4.3.</param>
/// <param name="Failed">Failed sessions of the days that are judged.</param>
/// <param name="FirstDay">The first of these days with such a failure.</param>
/// <param name="LastDay">The last one.</param>
public sealed record ReadinessFailure(string Organization, string? MxHost, string ResultType, long Failed, DateOnly FirstDay, DateOnly LastDay);
