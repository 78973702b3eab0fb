using MtaSts.Grains;

namespace MtaSts.Host.Dashboard;

/// <summary>A user as ASP.NET Core Identity changes it, before it is stored.</summary>
/// <remarks>Its id is the normalised e-mail address, because it is the key of the account's grain.</remarks>
internal sealed class AccountUser(AccountRecord record)
{
    public AccountRecord Record { get; set; } = record;

    public string Id => GrainKeys.NormalizedEmail(Record.Email);
}
