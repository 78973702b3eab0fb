namespace System.BadPluginDependency;

/// <summary>Something that only the plug-in ships.</summary>
public static class OwnDependency
{
    /// <summary>Names this assembly.</summary>
    public static string Name => typeof(OwnDependency).Assembly.GetName().Name!;
}
