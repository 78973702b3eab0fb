using MtaSts.Grains;
using MudBlazor;

namespace MtaSts.Web.Policies;

/// <summary>Gives a policy to the domain; when mail may be lost by it, asks the owner whether that is meant.</summary>
internal static class PolicyOverride
{
    /// <param name="put">The command, first without the override, then with it.</param>
    /// <returns>The last answer: that of the refusal when the owner thought better of it.</returns>
    public static async Task<CommandResult<PolicyTaken>> Take(IDialogService dialogs, Func<bool, Task<CommandResult<PolicyTaken>>> put)
    {
        var result = await put(false);
        if (result.Refusal is not { Code: RefusalCodes.NeedsOverride } refusal)
            return result;
        var dialog = await dialogs.ShowAsync<OverrideDialog>("Mail may be lost by this", new DialogParameters<OverrideDialog> { { shown => shown.Message, refusal.Message } });
        return await dialog.Result is { Canceled: false } ? await put(true) : result;
    }
}
