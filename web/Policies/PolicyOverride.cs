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
        return await IsMeant(dialogs, result.Refusal) ? await put(true) : result;
    }

    /// <inheritdoc cref="Take(IDialogService, Func{bool, Task{CommandResult{PolicyTaken}}})"/>
    public static async Task<CommandResult> Take(IDialogService dialogs, Func<bool, Task<CommandResult>> put)
    {
        var result = await put(false);
        return await IsMeant(dialogs, result.Refusal) ? await put(true) : result;
    }

    private static async Task<bool> IsMeant(IDialogService dialogs, Refusal? refusal)
    {
        if (refusal is not { Code: RefusalCodes.NeedsOverride })
            return false;
        var dialog = await dialogs.ShowAsync<OverrideDialog>("Mail may be lost by this", new DialogParameters<OverrideDialog> { { shown => shown.Message, refusal.Message } });
        return await dialog.Result is { Canceled: false };
    }
}
