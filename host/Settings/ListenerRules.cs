using System.Net;
using System.Net.Sockets;
using MtaSts.Modules.Caddy;
using MtaSts.Modules.Listening;

namespace MtaSts.Host.Settings;

/// <summary>Checks the addresses of all listeners: no two are the same, and each can be bound.</summary>
internal static class ListenerRules
{
    private const string UnixPrefix = "unix:";

    /// <summary>How often an address in use is retried.</summary>
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>One line for each two settings with the same address.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration)
    {
        var all = Web(configuration).Concat(Mail(configuration)).ToArray();
        for (var i = 0; i < all.Length; i++)
        {
            foreach (var (setting, url) in all[(i + 1)..].Where(other => (other.Setting != all[i].Setting || IsMail(other.Setting)) && other.Url.Overlaps(all[i].Url)))
                yield return $"{setting} and {all[i].Setting} use the same port: {Place(url)} and {Place(all[i].Url)}. Set different addresses or ports.";
        }
    }

    /// <summary>
    /// Binds each address and releases it, before a store is created. An address in use is retried for as long as a store in use, because after a
    /// restart the previous process may still be stopping. Mail listeners are exempt: they are retried while the service runs.
    /// </summary>
    /// <exception cref="SettingsException">An address cannot be bound; the message names its setting.</exception>
    public static async Task StopAsync(IConfiguration configuration, TimeSpan patience, TimeProvider clock)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var failed = Web(configuration).SelectMany(place => Addresses(place.Url).Select(address => (place.Setting, place.Url, Error: Bind(new IPEndPoint(address, place.Url.Port))))).Where(place => place.Error is not null).ToArray();
            if (failed.Length == 0)
                return;
            if (Array.Exists(failed, place => place.Error!.SocketErrorCode != SocketError.AddressAlreadyInUse) || clock.GetElapsedTime(began) >= patience)
                throw new SettingsException([.. failed.Select(place => Problem(place.Setting, place.Url, place.Error!)).Distinct(StringComparer.Ordinal)]);
            await Task.Delay(TryAgain, clock);
        }
    }

    private static IEnumerable<(string Setting, ListenUrl Url)> Web(IConfiguration configuration)
    {
        foreach (var setting in new[] { "Dashboard:Url", "Gateway:Url" })
        {
            foreach (var url in ListenUrl.TryParse(configuration[setting], out var urls, out _) ? urls : [])
                yield return (setting, url);
        }
        if (!string.Equals(configuration["Hosting:Provider"], CaddyModule.ProviderName, StringComparison.OrdinalIgnoreCase))
            yield break;
        var ask = configuration["Modules:hostname.caddy:AskUrl"] ?? configuration["Caddy:AskUrl"] ?? new CaddyOptions().AskUrl;
        if (ListenUrl.TryParse(ask, out var asked, out _))
            yield return ("Caddy:AskUrl", asked[0]);
        else if (Uri.TryCreate(ask, UriKind.Absolute, out var named) && named.Port > 0)
            yield return ("Caddy:AskUrl", new ListenUrl(IsHttps: false, IPAddress.IPv6Any, named.Port)); // A name, such as a container's, means all addresses.
    }

    private static IEnumerable<(string Setting, ListenUrl Url)> Mail(IConfiguration configuration)
    {
        foreach (var setting in new[] { "Modules:source.smtp:Smtp", "Modules:source.smtp:Lmtp" })
        {
            foreach (var text in StrictAddress.Entries(configuration[setting]).Where(text => !text.StartsWith(UnixPrefix, StringComparison.Ordinal)))
            {
                if (ListenUrl.TryParse("http://" + text, out var urls, out _))
                    yield return (setting, urls[0]);
            }
        }
    }

    private static bool IsMail(string setting) => setting.StartsWith("Modules:", StringComparison.Ordinal);

    private static string Place(ListenUrl url) => url.ToString()[(url.ToString().IndexOf("//", StringComparison.Ordinal) + 2)..];

    private static IPAddress[] Addresses(ListenUrl url) => url.Address is null ? [IPAddress.Loopback] : url.Address.Equals(IPAddress.IPv6Any) && !Socket.OSSupportsIPv6 ? [IPAddress.Any] : [url.Address];

    private static SocketException? Bind(IPEndPoint place)
    {
        try
        {
            using var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (place.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true; // As Kestrel listens there.
            socket.Bind(place);
            return null;
        }
        catch (SocketException exception)
        {
            return exception;
        }
    }

    private static string Problem(string setting, ListenUrl url, SocketException error) => $"{setting}: {Place(url)} " + error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "is in use by another process. Stop it, or choose another port.",
        SocketError.AddressNotAvailable => "is not an address of this machine. Write one of its addresses, localhost, or * for every address.",
        SocketError.AccessDenied => "may not be used by this process. Choose a port from 1024 on, or give the process the right to use lower ones (CAP_NET_BIND_SERVICE).",
        _ => $"cannot be used: {error.Message}. Set it to an address and port that this process may use.",
    };
}
