using MtaSts.Application.Readiness;

namespace MtaSts.Host.Api;

/// <summary>Whether a policy may be enforced.</summary>
/// <param name="ReadyAt">When it will be ready if nothing else changes; null when it is ready, or when a condition is not met by time alone.</param>
/// <param name="Items">All conditions; empty unless the policy is served in testing.</param>
internal sealed record ReadinessResource(ReadinessVerdict Verdict, DateTimeOffset? ReadyAt, IReadOnlyList<ReadinessItemResource> Items)
{
    public static ReadinessResource Of(ReadinessReport report) => new(report.Verdict, report.ReadyAt, [.. report.Items.Select(ReadinessItemResource.Of)]);
}

/// <summary>One condition for enforce.</summary>
/// <param name="Code">Permanent.</param>
/// <param name="State"><c>notChecked</c> does not prevent enforce; <c>waiting</c>: time alone will meet it.</param>
/// <param name="Message">What was found, and what to do.</param>
/// <param name="Since">Since when it is met or not met; null when that is not known.</param>
/// <param name="Until">When it will be met if nothing else changes; null when that is not known.</param>
/// <param name="Hosts">MX hosts that it concerns.</param>
/// <param name="Failures">Sessions that an enforced policy would have turned into undelivered mail.</param>
internal sealed record ReadinessItemResource(
    string Code, ReadinessState State, string Title, string Message, DateTimeOffset? Since, DateTimeOffset? Until, IReadOnlyList<string> Hosts, IReadOnlyList<ReadinessFailureResource> Failures)
{
    public static ReadinessItemResource Of(ReadinessItem item) => new(
        item.Code, item.State, item.Title, item.Message, item.Since, item.Until, item.Hosts,
        [.. item.Failures.Select(failure => new ReadinessFailureResource(failure.Organization, failure.MxHost, failure.ResultType, failure.Failed, failure.FirstDay, failure.LastDay))]);
}

/// <param name="MxHost">Null when the reports do not name it.</param>
internal sealed record ReadinessFailureResource(string Organization, string? MxHost, string ResultType, long Failed, DateOnly FirstDay, DateOnly LastDay);
