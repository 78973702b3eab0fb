using MtaSts.Grains;
using MtaSts.Protocol;
using MudBlazor;

namespace MtaSts.Web.Policies;

/// <summary>Before a domain's policy becomes one that enforces the owner is asked, however it comes to be: from the form, or from the history.</summary>
internal static class EnforceQuestion
{
    /// <summary>It would enforce, which the present policy does not, and <see cref="PolicyOverride"/> has no question of its own: one is enough.</summary>
    public static async Task<bool> IsNeeded(IGrainFactory grains, string workspace, DomainView view, PolicyContent next) =>
        next.Mode == PolicyMode.Enforce
        && view.Policy?.Content.Mode != PolicyMode.Enforce
        && await grains.Domain(view.Name).CheckPolicy(workspace, next) is { Value.Advice: { } advice }
        && !advice.Any(item => item.NeedsOverride);

    /// <returns>True: enforce it.</returns>
    public static async Task<bool> Ask(IDialogService dialogs, DomainView view, IReadOnlyList<string> uncovered)
    {
        var parameters = new DialogParameters<EnforceDialog> { { dialog => dialog.View, view }, { dialog => dialog.Uncovered, uncovered } };
        var dialog = await dialogs.ShowAsync<EnforceDialog>($"Enforce the policy of {view.Name}?", parameters);
        return await dialog.Result is { Canceled: false };
    }
}
