using MtaSts.Modules.Cloudflare.Api;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Modules.Cloudflare;

/// <summary>Converts results of the API to the contract's answers.</summary>
internal static class FailureAnswers
{
    private static readonly TimeSpan AfterOutage = TimeSpan.FromSeconds(30);

    public static HostnameProgress Progress(ApiFailure failure, HostnameRequest request) => failure switch
    {
        ApiFailure.RateLimited limited => new HostnameProgress.Pending($"Cloudflare accepts no more requests now: {limited.Message}.", null, limited.RetryAfter),
        ApiFailure.Transient => new HostnameProgress.Pending($"Cloudflare gave no usable answer: {failure.Message}.", null, AfterOutage),
        ApiFailure.Duplicate => new HostnameProgress.Failed($"Cloudflare: {failure.Message}", $"{request.PolicyHost} is a custom hostname of another Cloudflare zone: it must be deleted there first."),
        ApiFailure.QuotaExceeded => new HostnameProgress.Failed($"Cloudflare: {failure.Message}", OwnerSteps.RaiseQuota),
        ApiFailure.Unauthorized => new HostnameProgress.Failed($"Cloudflare: {failure.Message}", OwnerSteps.CheckToken),
        ApiFailure.Rejected rejected => new HostnameProgress.Failed($"Cloudflare: {failure.Message}", Step(rejected.Code)),
        _ => new HostnameProgress.Failed($"Cloudflare: {failure.Message}", OwnerSteps.AskOperator),
    };

    public static HostnameRemoval Removal(ApiFailure failure) => failure switch
    {
        ApiFailure.RateLimited limited => new HostnameRemoval.Pending(limited.RetryAfter),
        ApiFailure.NotFound => new HostnameRemoval.Removed(),
        _ => new HostnameRemoval.Failed($"Cloudflare: {failure.Message}"),
    };

    private static string Step(long code) => code switch
    {
        ErrorCodes.ReservedTopLevelDomain => "Cloudflare serves no names under reserved top-level domains.",
        ErrorCodes.NameNeedsBranding => $"The name is longer than {SslRequest.MaxCommonName} characters, and this zone may not have certificates for such names.",
        _ => OwnerSteps.AskOperator,
    };
}
