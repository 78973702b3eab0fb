namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>The envelope of every answer, except that of DELETE, which may have none.</summary>
internal sealed record ApiEnvelope<T>(bool? Success, IReadOnlyList<ApiError>? Errors, T? Result, ResultInfo? ResultInfo);

internal sealed record ApiError(long? Code, string? Message);

internal sealed record ResultInfo(int? Page, int? PerPage, int? Count, int? TotalCount, int? TotalPages);

/// <summary>Only the errors, for an answer whose result does not matter.</summary>
internal sealed record ErrorEnvelope(IReadOnlyList<ApiError>? Errors);

/// <summary>The answer to DELETE in both its forms: <c>{"id"}</c> alone, and in the envelope.</summary>
internal sealed record DeleteEnvelope(bool? Success, IReadOnlyList<ApiError>? Errors, DeletedHostname? Result, string? Id);

internal sealed record DeletedHostname(string? Id);

/// <param name="Status"><c>active</c> means that Cloudflare is ready to send traffic to the origin, not that the origin answers.</param>
internal sealed record FallbackOrigin(string? Origin, string? Status, IReadOnlyList<string>? Errors);

/// <param name="Allocated">Beyond it each hostname costs extra.</param>
/// <param name="HardCap">Creates are refused from this number on.</param>
internal sealed record HostnameQuota(long? Allocated, long? Used, bool? Exceeded, long? HardCap);
