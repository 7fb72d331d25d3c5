namespace Consensus.Configuration;

/// <summary>Where a setting stands in a configuration.</summary>
internal static class SettingPath
{
    /// <summary>The path of a key in a section; settings that come from code have no section.</summary>
    public static string Of(string section, string key) => section.Length == 0 ? key : $"{section}:{key}";

    /// <summary>The path of an item of a list.</summary>
    public static string Of(string list, int index) => $"{list}:{index}";
}
