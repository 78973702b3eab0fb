namespace MtaSts.Protocol;

/// <summary>The TXT record at <c>_mta-sts.&lt;domain&gt;</c> (RFC 8461 §3.1).</summary>
/// <param name="Id">Identifies one version of the policy: senders fetch again when it changes.</param>
public sealed record PolicyRecord(string Id)
{
    /// <summary>The field, <c>id</c> or <c>v</c>, that is repeated; usually null. Some senders take the first, others the last, others refuse the record.</summary>
    public string? Repeated { get; init; }

    private const string Version = "v=STSv1";
    private const string Filter = "v=STSv1;";

    /// <summary>The text to be published: exactly <c>v=STSv1; id=&lt;id&gt;;</c>.</summary>
    /// <exception cref="ArgumentException">The id is not <see cref="PolicyId.IsValid"/>.</exception>
    public static string Write(string id) =>
        PolicyId.IsValid(id)
            ? $"{Filter} id={id};"
            : throw new ArgumentException($"An id has 1 to {PolicyId.MaxLength} ASCII letters and digits.", nameof(id));

    /// <summary>
    /// Reads one text by the grammar of §3.1: <see cref="PolicyRecordReading.Found"/> or <see cref="PolicyRecordReading.Invalid"/>.
    /// The grammar allows white space before the first semicolon, which erratum 6285 would forbid and which
    /// <see cref="Select"/> does not accept. Unknown fields are ignored; the first of several <c>id</c> is used, and <see cref="Repeated"/> reports them.
    /// </summary>
    /// <param name="text">The character-strings of one TXT record, joined without spaces.</param>
    public static PolicyRecordReading Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > FieldReader.MaxRecordLength)
            return new PolicyRecordReading.Invalid("The text is longer than a DNS record can be.");
        if (!text.StartsWith(Version, StringComparison.Ordinal))
            return new PolicyRecordReading.Invalid($"The record must begin with {Filter} in this spelling.");

        string? id = null, repeated = null;
        var reader = new FieldReader(text, Version.Length);
        while (!reader.AtEnd)
        {
            if (!reader.TryTakeDelimiter())
                return new PolicyRecordReading.Invalid(reader.ExplainLeftover());
            if (reader.AtEnd)
                break;
            if (!reader.TryTakeName(out var name, out var problem))
                return new PolicyRecordReading.Invalid(problem);
            if (name is "v" || (name is "id" && id is not null))
                repeated ??= name.ToString();
            var value = reader.TakeValue();
            if (name is "id" && id is null)
            {
                if (!PolicyId.IsValid(value))
                {
                    return new PolicyRecordReading.Invalid(
                        $"The id must have 1 to {PolicyId.MaxLength} ASCII letters and digits, and nothing else.");
                }

                id = value.ToString();
            }
            else if (value.IsEmpty)
            {
                return new PolicyRecordReading.Invalid("A field has no value.");
            }
        }

        return id is null
            ? new PolicyRecordReading.Invalid("The id is missing. Add id= and the id of the policy.")
            : new PolicyRecordReading.Found(new PolicyRecord(id) { Repeated = repeated });
    }

    /// <summary>
    /// Decides as a sender must (§3.1): texts not beginning with <c>v=STSv1;</c> are dropped, and exactly one must remain and be
    /// valid.
    /// </summary>
    /// <param name="txtRecords">Each TXT record at the name, its character-strings joined without spaces.</param>
    public static PolicyRecordReading Select(IReadOnlyList<string> txtRecords)
    {
        ArgumentNullException.ThrowIfNull(txtRecords);
        var candidates = txtRecords.Where(static text => text.StartsWith(Filter, StringComparison.Ordinal)).ToList();
        return candidates.Count switch
        {
            0 => new PolicyRecordReading.None(NearMiss.Explain(txtRecords, Filter)),
            1 => Parse(candidates[0]),
            _ => new PolicyRecordReading.Multiple(candidates.Count),
        };
    }
}
