using Microsoft.Extensions.Options;
using MtaSts.Grains;

namespace MtaSts.Host.Bootstrap;

internal sealed class BootstrapOptionsValidator : IValidateOptions<BootstrapOptions>
{
    private const int MinPassword = 8;

    public ValidateOptionsResult Validate(string? name, BootstrapOptions options)
    {
        if (!options.Email.Contains('@', StringComparison.Ordinal))
            return ValidateOptionsResult.Fail("Bootstrap:Email is not an e-mail address.");
        if (options.Password is { Length: < MinPassword })
            return ValidateOptionsResult.Fail($"Bootstrap:Password is shorter than {MinPassword} characters.");
        return options.ApiToken is { Length: < ApiTokens.MinLength or > ApiTokens.MaxLength }
            ? ValidateOptionsResult.Fail($"Bootstrap:ApiToken must have {ApiTokens.MinLength} to {ApiTokens.MaxLength} characters: it opens the whole API.")
            : ValidateOptionsResult.Success;
    }
}
