using Microsoft.Extensions.Options;
using MtaSts.Grains;

namespace MtaSts.Host.Bootstrap;

internal sealed class BootstrapOptionsValidator : IValidateOptions<BootstrapOptions>
{
    private const int MinPassword = 8;

    public ValidateOptionsResult Validate(string? name, BootstrapOptions options)
    {
        if (options.Email.Split('@') is not [{ Length: > 0 }, { Length: > 0 }] || options.Email.Any(static letter => char.IsWhiteSpace(letter) || letter is ',' or ';' or '<' or '>'))
            return ValidateOptionsResult.Fail($"Bootstrap:Email is “{options.Email}”. Write one e-mail address, such as admin@example.net.");
        if (options.ApiToken?.Any(static letter => letter is <= ' ' or > '~') == true)
            return ValidateOptionsResult.Fail("Bootstrap:ApiToken contains a space or a character outside ASCII, which is not allowed in a bearer token (RFC 6750 §2.1). Remove it.");
        if (options.Password is { Length: < MinPassword })
            return ValidateOptionsResult.Fail($"Bootstrap:Password is shorter than {MinPassword} characters. Set a longer one.");
        return options.ApiToken is { Length: < ApiTokens.MinLength or > ApiTokens.MaxLength }
            ? ValidateOptionsResult.Fail($"Bootstrap:ApiToken must have {ApiTokens.MinLength} to {ApiTokens.MaxLength} characters, because it gives access to the whole API.")
            : ValidateOptionsResult.Success;
    }
}
