using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MtaSts.Host.Modules;

/// <summary>Metadata of a plug-in's file, read before any of its code runs.</summary>
internal sealed record PluginFile(string Version, Version? Sdk)
{
    private const string SdkName = "MtaSts.Modules";

    /// <exception cref="ModuleException">It is not a .NET assembly.</exception>
    public static PluginFile Read(string path)
    {
        using var file = File.OpenRead(path);
        using var image = new PEReader(file);
        if (!IsManaged(image))
            throw new ModuleException($"{Path.GetFileName(path)} is not a .NET assembly.");
        var metadata = image.GetMetadataReader();
        var sdk = metadata.AssemblyReferences.Select(metadata.GetAssemblyReference).Where(reference => metadata.GetString(reference.Name) == SdkName).Select(reference => reference.Version).FirstOrDefault();
        var version = FileVersionInfo.GetVersionInfo(path).ProductVersion?.Split('+')[0];
        return new PluginFile(ModuleFault.Line(string.IsNullOrEmpty(version) ? metadata.GetAssemblyDefinition().Version.ToString(3) : version), sdk);
    }

    /// <summary>Why the plug-in cannot be used with this host's contracts; null when it can.</summary>
    public static string? Mismatch(Version? sdk) => sdk is null ? $"It does not use {SdkName}, so it is not a plug-in of this service."
        : sdk.Major == ModuleFault.Sdk.Major && sdk <= ModuleFault.Sdk ? null
        : $"It was built against {SdkName} {sdk.ToString(3)}; this service has {ModuleFault.Sdk.ToString(3)}. Install the build of the plug-in for {SdkName} {ModuleFault.Sdk.Major}.x, or {(sdk > ModuleFault.Sdk ? "a newer" : "the older")} version of the service.";

    private static bool IsManaged(PEReader image)
    {
        try
        {
            return image.HasMetadata;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }
}
