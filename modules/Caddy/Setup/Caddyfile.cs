using System.Globalization;
using System.Net;
using System.Text;
using MtaSts.Modules.Caddy.Ask;

namespace MtaSts.Modules.Caddy.Setup;

/// <summary>Generates the Caddyfile from the settings. Valid for Caddy 2.6 (Debian's) and later.</summary>
internal static class Caddyfile
{
    public static string Of(CaddyOptions options)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            # Written by MtaSts at each start from its settings (Caddy:…): changes made here are lost.
            # Caddy must be started anew when it has changed: systemctl restart caddy
            {
            	# Nothing changes Caddy's configuration while it runs.
            	admin off

            	# Port 80 is for the authorities' challenges alone, see the end.
            	auto_https disable_redirects

            """);
        Option(text, "default_bind", options.Bind);
        Option(text, "email", options.Email);
        Option(text, "acme_ca", options.AcmeDirectory);
        Option(text, "acme_ca_root", options.AcmeRootPath);
        text.Append(CultureInfo.InvariantCulture, $$"""

            	# A name gets a certificate only when this URL says yes. Keep it: without it anybody could order certificates here.
            	on_demand_tls {
            		ask {{AskUrl(options)}}
            	}

            	# A policy is asked for in one packet; reports are at most 10 MiB.
            	servers {
            		timeouts {
            			read_header 15s
            			read_body 2m
            			write 2m
            			idle 2m
            		}
            		max_header_size 16KB
            	}
            }

            # Every policy host. A name without a certificate gets none: the handshake is broken off (RFC 8461 §7.1).
            https:// {
            	tls {
            		on_demand
            		protocols tls1.2 tls1.3
            	}
            	# The Host header goes on as it came; the answer comes back as it is.
            	reverse_proxy {{Reachable(options.Upstream).Authority}} {
            		transport http {
            			dial_timeout 2s
            			response_header_timeout 30s
            		}
            	}
            }

            # HTTP-01 challenges are answered before this. Senders never ask here, and must not be redirected (RFC 8461 §3.3).
            http:// {
            	respond 404
            }

            """);
        return text.ToString();
    }

    /// <summary>The URL for ask requests. A wildcard address is reached by loopback.</summary>
    private static string AskUrl(CaddyOptions options) => Reachable(options.AskUrl).GetLeftPart(UriPartial.Authority) + AskHandler.PathOf(options);

    private static Uri Reachable(string url)
    {
        var uri = new Uri(url);
        if (!IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) || !(address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
            return uri;
        return new UriBuilder(uri) { Host = (address.Equals(IPAddress.Any) ? IPAddress.Loopback : IPAddress.IPv6Loopback).ToString() }.Uri;
    }

    private static void Option(StringBuilder text, string name, string? value)
    {
        if (value is not null)
            text.Append('\t').Append(name).Append(' ').Append(value).Append('\n');
    }
}
