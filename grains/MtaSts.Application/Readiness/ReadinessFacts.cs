using MtaSts.Application.Domains;
using MtaSts.Grains;

namespace MtaSts.Application.Readiness;

/// <summary>The facts that the rules judge. All times are calendar times.</summary>
/// <param name="Domain">As the workspace sees it; its policy is in testing.</param>
/// <param name="Policy">What is to be enforced.</param>
/// <param name="TestingSince">The policy has been in testing since then without interruption.</param>
/// <param name="Mx">The MX hosts as last probed.</param>
/// <param name="Alerts">Open alerts.</param>
/// <param name="Days">The scorecards of the last <see cref="ReadinessOptions.TestingDays"/> days and of today.</param>
internal sealed record ReadinessFacts(
    DomainView Domain, PolicyContent Policy, DateTimeOffset TestingSince, MxReport Mx, IReadOnlyList<AlertView> Alerts, IReadOnlyList<ScorecardDay> Days, DateTimeOffset Now);
