using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <param name="Reason">Why the report is not to be counted, for the members who see it later.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ExclusionBody(string? Reason)
{
    [JsonIgnore]
    public ProblemHttpResult? Problem => Reason?.Trim() is { Length: > 0 and <= ReportExclusion.MaxReason }
        ? null
        : Problems.Invalid("reason", $"reason is needed, and has at most {ReportExclusion.MaxReason} characters.");

    public ReportExclusion ToExclusion(Caller caller, TimeProvider clock) => new(caller.By, clock.GetUtcNow(), Reason!.Trim());
}

/// <param name="Exclude">False: counts them again.</param>
/// <param name="Verified">Signed by their submitter or uploaded by a member; false: neither.</param>
/// <param name="Network">Of the host that handed them over: <c>192.0.2.0/24</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ExclusionsBody(
    bool Exclude,
    string? Reason,
    string? Organization,
    bool? Verified,
    string? Network,
    string? Submitter,
    string? SignedBy,
    string? Source,
    string? Token,
    DateOnly? From,
    DateOnly? To)
{
    public ReportFilter ToFilter() => new()
    {
        Organization = Organization,
        OnlyUnsigned = Verified == false,
        OnlyVouchedFor = Verified == true,
        Network = Network,
        Submitter = Submitter,
        SignedBy = SignedBy,
        Source = Source,
        Token = Token,
        From = From,
        To = To,
    };
}
