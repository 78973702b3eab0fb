using System.Net;
using Microsoft.Extensions.Options;
using MtaSts.Host.Dashboard;
using MtaSts.Host.Fetch;
using MtaSts.Protocol;

namespace MtaSts.Host.Mx;

/// <summary>The name with which the service announces itself to MX hosts: a full name or an address literal (RFC 5321 §4.1.1.1).</summary>
internal sealed class EhloName(IOptions<FetchOptions> options, IOptions<PublicUrlOptions> dashboard)
{
    /// <summary>The name; null: each connection has its own address for a name.</summary>
    public string? Name { get; } = Choose(options.Value.EhloName, dashboard.Value.PublicUrl, System.Net.Dns.GetHostName());

    /// <summary>The name, or the address from which the connection is made; MailKit writes it as a literal.</summary>
    public string For(IPAddress local) => Name ?? (local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local).ToString();

    /// <summary>Null when none of them is a full name.</summary>
    internal static string? Choose(string? setting, string? publicUrl, string machine)
    {
        string?[] candidates = [setting, Uri.TryCreate(publicUrl, UriKind.Absolute, out var url) ? url.IdnHost : null, machine];
        return Array.Find(candidates, IsFull);
    }

    /// <summary>A name in A-labels with at least two labels, and no address.</summary>
    internal static bool IsFull(string? name) => DomainName.TryParse(name, out var parsed, out _) && string.Equals(parsed.Value, name, StringComparison.OrdinalIgnoreCase);
}
