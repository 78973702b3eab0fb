using Microsoft.Extensions.Options;
using MtaSts.Modules.Listening;

namespace MtaSts.Host.Gateway;

/// <summary>Validates the listener of the gateway.</summary>
internal sealed class GatewayListeningValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var problems = new List<string>();
        if (!ListenUrl.TryParse(options.Url, out var urls, out var problem))
            problems.Add("Gateway:Url: " + problem);
        else if (options.ClientCertificateAuthoritiesPath is not null && !urls.Any(static url => url.IsHttps))
            problems.Add("Gateway:ClientCertificateAuthoritiesPath needs TLS at the gateway: let Gateway:Url begin with https://, or take the setting away.");
        if (!ClientNetwork.TryParseList(options.TrustedNetworks, out _, out var network))
            problems.Add($"Gateway:TrustedNetworks: “{network}” is neither an address (10.0.0.5) nor a network (10.0.0.0/24, no bit set behind the prefix).");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
