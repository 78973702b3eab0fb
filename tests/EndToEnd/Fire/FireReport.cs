namespace MtaSts.EndToEnd.Fire;

/// <summary>A report in numbers: what is sent is written from it, and what must be counted is added up from it.</summary>
internal sealed record FireReport(string Id, string Organization, string Contact, DateOnly Day, IReadOnlyList<FirePart> Parts)
{
    /// <summary>The domains it tells of.</summary>
    public string[] Domains => [.. Parts.Select(part => part.Domain).Distinct()];
}

/// <summary>What it tells of a domain under one policy type. A report has at most one of a domain and type.</summary>
internal sealed record FirePart(string Domain, string PolicyType, long Successful, IReadOnlyList<FireFailure> Failures)
{
    public long Failed => Failures.Sum(failure => failure.Sessions);
}

/// <param name="MxHost">Null: it is not told.</param>
internal sealed record FireFailure(string ResultType, string? MxHost, long Sessions);
