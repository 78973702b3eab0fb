using System.Net;
using MtaSts.Modules.Http;

namespace MtaSts.Host.Fetch;

/// <summary>Section <c>Outside</c>: how the service looks at policies and MX hosts from outside.</summary>
internal sealed class FetchOptions
{
    public const string Section = "Outside";

    /// <summary>Also fetch from, and connect to, loopback, private and link-local addresses. Off by default: an owner's DNS could direct the service into the
    /// operator's network.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>PEM file of the authorities to trust instead of the system's, for a private installation. Reloaded when it changes.</summary>
    public string? TrustedRootsPath { get; set; }

    /// <summary>
    /// The full name with which the service announces itself to MX hosts (EHLO): <c>probe.example.net</c>. Many mail servers refuse clients whose name has no address or does not fit
    /// the one they come from. Default: the name in <c>Dashboard:PublicUrl</c>, else the machine's if it is a full one, else the address of the connection.
    /// </summary>
    public string? EhloName { get; set; }

    /// <summary>
    /// Connect to the MX hosts of the domains on port 25, without sending mail: hourly for a hosted domain, every six hours for one that is only monitored, and when somebody
    /// requests a check. Set it to <c>false</c> in a network that must not connect to foreign mail servers; certificates and STARTTLS are then not watched.
    /// </summary>
    public bool ProbeMx { get; set; } = true;

    /// <summary>Whether the service may connect to the address.</summary>
    public bool Allows(IPAddress address) => AllowPrivateAddresses || PublicAddress.Is(address);
}
