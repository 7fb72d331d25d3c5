using System.Diagnostics.CodeAnalysis;

namespace Consensus.Configuration;

/// <summary>What the annotations of a settings class demand of single values: presence and bounds.</summary>
internal static class AnnotationRules
{
    /// <summary>Adds a problem for each value that is missing or out of bounds.</summary>
    /// <param name="settings">The settings; those that it holds further down are not looked at.</param>
    /// <param name="path">Where they stand in the configuration.</param>
    /// <param name="problems">Where the problems go.</param>
    public static void Check<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicProperties)] T>(T settings, string path, SettingProblems problems)
        where T : class
    {
        foreach (var setting in Setting.Of<T>())
        {
            var at = SettingPath.Of(path, setting.Name);
            if (setting.IsMissing(settings))
            {
                problems.Add(at, $"{at} is missing; allowed: {setting.Allowed}.");
            }
            else if (!setting.IsWithinBounds(settings))
            {
                problems.Add(at, setting.Get(settings)!, setting.Allowed);
            }
        }
    }
}
