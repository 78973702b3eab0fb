using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MtaSts.Modules.Listening;

/// <summary>The address of a listener.</summary>
/// <param name="IsHttps">Whether it uses TLS.</param>
/// <param name="Address">The address; <see cref="IPAddress.IPv6Any"/> is every address, IPv4 and IPv6. Null: <c>localhost</c>, both loopback addresses.</param>
/// <param name="Port">1 to 65,535.</param>
public sealed record ListenUrl(bool IsHttps, IPAddress? Address, int Port)
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;

    /// <summary>Whether it is reachable only from this machine.</summary>
    public bool IsLoopback => Address is null || IPAddress.IsLoopback(Address);

    /// <summary>The URL from this machine: a wildcard address is reached by loopback.</summary>
    public Uri Reachable => new(Text(Address is null || Address.Equals(IPAddress.IPv6Any) ? "localhost" : Address.Equals(IPAddress.Any) ? "127.0.0.1" : Host(Address)));

    /// <summary>
    /// Reads one URL or several with semicolons between them: <c>http://127.0.0.1:8461</c>, <c>http://[::1]:8461</c>, <c>http://localhost:8461</c>,
    /// <c>http://*:8461</c> (every address). A repeated address counts once, and a wildcard includes the single addresses of its port.
    /// </summary>
    /// <param name="setting">The value of the setting.</param>
    /// <param name="urls">At least one if the value is valid.</param>
    /// <param name="problem">What is wrong and what to write instead, without the setting's name.</param>
    public static bool TryParse(string? setting, out IReadOnlyList<ListenUrl> urls, out string problem)
    {
        var read = new List<ListenUrl>();
        (urls, problem) = (read, "");
        var list = (setting ?? "").Trim();
        if (list.EndsWith(';'))
            list = list[..^1]; // As ASP.NET Core accepts it.
        foreach (var text in list.Split(';', StringSplitOptions.TrimEntries))
        {
            if (ReadOne(text, out problem) is not { } url)
                return false;
            if (read.Find(other => other.Conflicts(url)) is { } conflict)
            {
                problem = $"“{conflict}” and “{url}” use the same port. Set different ports, or remove one of them.";
                return false;
            }
            if (read.Exists(other => other.Covers(url)))
                continue;
            read.RemoveAll(url.Covers);
            read.Add(url);
        }
        problem = read.Count > 0 ? "" : "No URL is set. Write one such as http://127.0.0.1:8461.";
        return read.Count > 0;
    }

    /// <inheritdoc/>
    public override string ToString() => Text(Address is null ? "localhost" : Address.Equals(IPAddress.IPv6Any) ? "*" : Host(Address));

    private static ListenUrl? ReadOne(string text, out string problem)
    {
        problem = $"“{text}” is not of the form http://127.0.0.1:8461: http or https, an address, and a port. Separate several by semicolons.";
        var isHttps = text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);
        if (!isHttps && !text.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            return null;
        var rest = text[(isHttps ? "https://" : "http://").Length..];
        if (rest.EndsWith('/'))
            rest = rest[..^1];
        if (rest.AsSpan().IndexOfAny('/', '?', '#') >= 0)
        {
            problem = $"“{text}” has a path. A listener has none: write {text[..(text.Length - rest.Length + rest.AsSpan().IndexOfAny('/', '?', '#') - (text.EndsWith('/') ? 1 : 0))]}.";
            return null;
        }
        var colon = rest.LastIndexOf(':');
        if (colon <= rest.LastIndexOf(']'))
            colon = -1;
        var port = isHttps ? HttpsPort : HttpPort;
        if (colon >= 0 && (!int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > ushort.MaxValue))
        {
            problem = $"“{text}”: the port must be a number from 1 to 65535.";
            return null;
        }
        var host = colon >= 0 ? rest[..colon] : rest;
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return new ListenUrl(isHttps, null, port);
        if (host is "*" or "+")
            return new ListenUrl(isHttps, IPAddress.IPv6Any, port);
        if (ReadAddress(host) is { } address)
        {
            problem = $"“{text}”: no socket can listen at {host}, an address of many machines or of one link without its interface. Write an address of this machine, localhost, or * for every address.";
            return StrictAddress.CanListen(address) ? new ListenUrl(isHttps, address, port) : null;
        }
        if (host.Length > 0 && !host.Any(static letter => letter is '/' or '?' or '#' or '@' or ' ' or ','))
            problem = $"“{text}”: “{host}” is not an IP address (an IPv6 address must be in brackets). Write an address of this machine, localhost, or * for every address.";
        return null;
    }

    private static IPAddress? ReadAddress(string host)
    {
        var isBracketed = host.StartsWith('[') && host.EndsWith(']');
        return StrictAddress.Parse(isBracketed ? host[1..^1] : host) is { } address && isBracketed == (address.AddressFamily == AddressFamily.InterNetworkV6) ? address : null;
    }

    /// <summary>Whether the two cannot be bound together.</summary>
    public bool Overlaps(ListenUrl other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var (here, there) = (this with { IsHttps = false }, other with { IsHttps = false });
        return here.Covers(there) || there.Covers(here) || here.Conflicts(there);
    }

    /// <summary>Whether this address includes the other one. A port can be bound once.</summary>
    private bool Covers(ListenUrl other) =>
        Port == other.Port && IsHttps == other.IsHttps && (Equals(Address, other.Address) || IPAddress.IPv6Any.Equals(Address) || Holds(other));

    /// <summary>Whether the two cannot be bound together, and neither includes the other.</summary>
    private bool Conflicts(ListenUrl other)
    {
        if (Port != other.Port || Covers(other) || other.Covers(this))
            return false;
        var isHalf = (Address is null && IPAddress.Any.Equals(other.Address)) || (other.Address is null && IPAddress.Any.Equals(Address)); // [::1] would not be covered.
        return isHalf || (this with { IsHttps = other.IsHttps }).Covers(other) || (other with { IsHttps = IsHttps }).Covers(this);
    }

    private bool Holds(ListenUrl other) => Address is null
        ? IPAddress.Loopback.Equals(other.Address) || IPAddress.IPv6Loopback.Equals(other.Address)
        : Address.Equals(IPAddress.Any) && other.Address is { AddressFamily: AddressFamily.InterNetwork };

    private string Text(string host) => string.Create(CultureInfo.InvariantCulture, $"{(IsHttps ? "https" : "http")}://{host}:{Port}");

    private static string Host(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
