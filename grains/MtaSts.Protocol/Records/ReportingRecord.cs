namespace MtaSts.Protocol;

/// <summary>The TXT record at <c>_smtp._tls.&lt;domain&gt;</c> (RFC 8460 §3): where senders send their reports.</summary>
public sealed record ReportingRecord
{
    private const string Version = "v=TLSRPTv1";
    private const string Filter = "v=TLSRPTv1;";

    private ReportingRecord(IReadOnlyList<ReportUri> rua, IReadOnlyList<string> unsupported)
    {
        Rua = rua;
        Unsupported = unsupported;
    }

    /// <summary>The addresses of all <c>rua</c> fields in their order; at least one. Some senders use the first alone.</summary>
    public IReadOnlyList<ReportUri> Rua { get; }

    /// <summary>The field, <c>rua</c> or <c>v</c>, that is repeated; usually null. The grammar allows it, but some senders read one of them only, and others refuse the record.</summary>
    public string? Repeated { get; private init; }

    /// <summary>URIs of schemes that the RFC does not define, verbatim; reporters ignore them.</summary>
    public IReadOnlyList<string> Unsupported { get; }

    /// <summary>The text to be published: one <c>rua</c> field, because some readers read only one.</summary>
    /// <param name="rua">At least one; the first is the only one that some senders use.</param>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    public static string Write(IReadOnlyList<ReportUri> rua)
    {
        ArgumentNullException.ThrowIfNull(rua);
        return rua.Count > 0
            ? $"{Filter} rua={string.Join(',', rua.Select(static uri => uri.Value))};"
            : throw new ArgumentException("A reporting record needs at least one address.", nameof(rua));
    }

    /// <summary>As <see cref="Write(IReadOnlyList{ReportUri})"/>, from text that is already known to be valid.</summary>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    /// <exception cref="FormatException">An entry is not a report URI; check outside text with <see cref="ReportUri.TryParse"/>.</exception>
    public static string Write(IReadOnlyList<string> rua)
    {
        ArgumentNullException.ThrowIfNull(rua);
        return Write([.. rua.Select(ReportUri.Parse)]);
    }

    /// <summary>
    /// Reads one text by the grammar of §3: <see cref="ReportingRecordReading.Found"/> or
    /// <see cref="ReportingRecordReading.Invalid"/>. Several <c>rua</c> fields are joined and unknown fields ignored. White space at
    /// the end, which the grammar does not have but readers accept, is ignored.
    /// </summary>
    /// <param name="text">The character-strings of one TXT record, joined without spaces.</param>
    public static ReportingRecordReading Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > FieldReader.MaxRecordLength)
            return new ReportingRecordReading.Invalid("The text is longer than a DNS record can be.");
        if (!text.StartsWith(Version, StringComparison.Ordinal))
            return new ReportingRecordReading.Invalid($"The record must begin with {Filter} in this spelling.");

        var rua = new List<ReportUri>();
        var unsupported = new List<string>();
        string? repeated = null;
        var hasRua = false;
        var reader = new FieldReader(text, Version.Length);
        while (!reader.AtEnd)
        {
            if (!reader.TryTakeDelimiter())
            {
                reader.SkipSpace();
                if (reader.AtEnd)
                    break;
                return new ReportingRecordReading.Invalid(reader.ExplainLeftover());
            }

            if (reader.AtEnd)
                break;
            if (!reader.TryTakeName(out var name, out var problem))
                return new ReportingRecordReading.Invalid(problem);
            if (name is "v" || (name is "rua" && hasRua))
                repeated ??= name.ToString();
            hasRua |= name is "rua";
            problem = name is "rua" ? TakeUris(ref reader, rua, unsupported)
                : reader.TakeValue().IsEmpty ? "A field has no value." : null;
            if (problem is not null)
                return new ReportingRecordReading.Invalid(problem);
        }

        if (rua.Count > 0)
            return new ReportingRecordReading.Found(new ReportingRecord(rua.AsReadOnly(), unsupported.AsReadOnly()) { Repeated = repeated });
        return new ReportingRecordReading.Invalid(
            unsupported.Count > 0
                ? "No address for reports is a mailto: or https: URI. Add one."
                : "The address for reports is missing. Add rua=mailto: and a mail address.");
    }

    /// <summary>
    /// Decides as a sender must (§3): texts not beginning with <c>v=TLSRPTv1;</c> are dropped, and exactly one must remain and be
    /// valid.
    /// </summary>
    /// <param name="txtRecords">Each TXT record at the name, its character-strings joined without spaces.</param>
    public static ReportingRecordReading Select(IReadOnlyList<string> txtRecords)
    {
        ArgumentNullException.ThrowIfNull(txtRecords);
        var candidates = txtRecords.Where(static text => text.StartsWith(Filter, StringComparison.Ordinal)).ToList();
        return candidates.Count switch
        {
            0 => new ReportingRecordReading.None(NearMiss.Explain(txtRecords, Filter)),
            1 => Parse(candidates[0]),
            _ => new ReportingRecordReading.Multiple(candidates.Count),
        };
    }

    /// <inheritdoc/>
    public bool Equals(ReportingRecord? other) =>
        other is not null && Repeated == other.Repeated && Rua.SequenceEqual(other.Rua) && Unsupported.SequenceEqual(other.Unsupported, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var uri in Rua)
            hash.Add(uri);
        foreach (var text in Unsupported)
            hash.Add(text, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    private static string? TakeUris(ref FieldReader reader, List<ReportUri> rua, List<string> unsupported)
    {
        do
        {
            var text = reader.TakeUri();
            if (text.Contains('!'))
                return "In an address for reports ! must be written %21. A size limit such as !10m belongs to DMARC, not here.";
            if (ReportUri.HasForeignScheme(text))
                unsupported.Add(text.ToString());
            else if (ReportUri.TryParse(text.ToString(), out var uri, out var problem))
                rua.Add(uri);
            else
                return problem;
        }
        while (reader.TryTakeSeparator(','));
        return null;
    }
}
