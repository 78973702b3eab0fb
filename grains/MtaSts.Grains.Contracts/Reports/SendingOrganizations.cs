namespace MtaSts.Grains;

/// <summary>
/// The name of a sending organisation's row in scorecards. The verified signer (the DKIM <c>d=</c> that is aligned with the submitter) and the name that a report
/// claims are different: anyone can write "Google Inc." into a report, including one signed with their own domain.
/// </summary>
public static class SendingOrganizations
{
    private const string Claim = "claimed: ";
    private const string NotVerified = " (not verified)";
    private const string Uploaded = " (uploaded)";

    /// <summary>The row of unverified organisations beyond the limit per day; <see cref="ScorecardDay.Other"/> is the row of verified ones.</summary>
    public const string OtherClaimed = Claim + ScorecardDay.Other + NotVerified;

    /// <summary>The row of a report: the name with its verified signer; the name alone when a member uploaded the report; otherwise the name as a claim.</summary>
    /// <param name="claimed">The name in the report.</param>
    public static string Row(string claimed, string source, DkimVerdict verdict, string? signedBy)
    {
        ArgumentNullException.ThrowIfNull(claimed);
        return verdict == DkimVerdict.Pass ? $"{claimed} ({signedBy})"
            : source != ReportSourceIds.Upload ? Claim + claimed + NotVerified
            : claimed.EndsWith(')') ? claimed + Uploaded : claimed;
    }

    /// <summary>The reports of this row are unverified: anyone who knows the report address may have written them.</summary>
    public static bool IsClaimed(string row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.StartsWith(Claim, StringComparison.Ordinal) && row.EndsWith(NotVerified, StringComparison.Ordinal);
    }

    /// <summary>
    /// The last two labels of the domain that signed the reports of a row; null when none did. A public suffix list is not needed: the value only limits the number of rows
    /// per owner, and domains below <c>co.uk</c> share that limit.
    /// </summary>
    public static string? ZoneOf(string row)
    {
        if (SignerOf(row) is not { } signer)
            return null;
        var label = signer.LastIndexOf('.');
        return label <= 0 ? signer : signer[(signer.LastIndexOf('.', label - 1) + 1)..];
    }

    /// <summary>The domain that signed the reports of a row; null when none did. The name before it is the sender's own choice.</summary>
    public static string? SignerOf(string row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.EndsWith(')') && !IsClaimed(row) && !IsOther(row) && !row.EndsWith(Uploaded, StringComparison.Ordinal) ? row[(row.LastIndexOf('(') + 1)..^1] : null;
    }

    /// <summary>The row of names beyond the limit.</summary>
    public static string Other(bool isVouchedFor) => isVouchedFor ? ScorecardDay.Other : OtherClaimed;

    /// <summary>Whether the row contains names beyond the limit.</summary>
    public static bool IsOther(string row) => row is ScorecardDay.Other or OtherClaimed;
}
