namespace MtaSts.Modules.Reports;

/// <summary>Mail addresses for reports: <c>{token}@{mail domain}</c>.</summary>
public static class ReportAddress
{
    /// <summary>The token in an address, lower-case; null when the address is not in the mail domain. Only the inbox knows whether a claim has it.</summary>
    /// <param name="address">An addr-spec without angle brackets (RFC 5321 §4.1.2 Mailbox), of any length; its domain in A- or U-labels.</param>
    /// <param name="mailDomain"><see cref="IReportInbox.MailDomain"/>.</param>
    public static string? TokenOf(string address, string mailDomain)
    {
        ArgumentNullException.ThrowIfNull(address);
        var at = address.LastIndexOf('@');
        return at > 0 && IsMailDomain(address[(at + 1)..], mailDomain) ? address[..at].ToLowerInvariant() : null;
    }

    private static bool IsMailDomain(string domain, string mailDomain) =>
        string.Equals(domain.TrimEnd('.'), mailDomain, StringComparison.OrdinalIgnoreCase)
        || (!System.Text.Ascii.IsValid(domain) && Protocol.DomainName.TryParse(domain, out var name, out _) && string.Equals(name.Value, mailDomain, StringComparison.OrdinalIgnoreCase));
}
