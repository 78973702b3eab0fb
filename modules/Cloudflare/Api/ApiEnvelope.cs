namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>What every answer comes in, but that of DELETE, which may be bare.</summary>
internal sealed record ApiEnvelope<T>(bool? Success, IReadOnlyList<ApiError>? Errors, T? Result, ResultInfo? ResultInfo);

internal sealed record ApiError(long? Code, string? Message);

internal sealed record ResultInfo(int? Page, int? PerPage, int? Count, int? TotalCount, int? TotalPages);

/// <summary>The errors alone, for an answer whose result does not matter.</summary>
internal sealed record ErrorEnvelope(IReadOnlyList<ApiError>? Errors);

/// <summary>The answer to DELETE in both its forms: bare <c>{"id"}</c>, and enveloped.</summary>
internal sealed record DeleteEnvelope(bool? Success, IReadOnlyList<ApiError>? Errors, DeletedHostname? Result, string? Id);

internal sealed record DeletedHostname(string? Id);

/// <param name="Status"><c>active</c> says that Cloudflare is ready to send traffic there, not that it is answered.</param>
internal sealed record FallbackOrigin(string? Origin, string? Status, IReadOnlyList<string>? Errors);

/// <param name="Allocated">Past it each hostname costs extra.</param>
/// <param name="HardCap">Creates are refused from here on.</param>
internal sealed record HostnameQuota(long? Allocated, long? Used, bool? Exceeded, long? HardCap);
