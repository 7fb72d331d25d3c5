namespace Consensus.Cryptography.Tests;

/// <summary>The paths that this machine can take; the others show up as skipped tests.</summary>
internal static class Paths
{
    public static IEnumerable<TestCaseData> All()
    {
        foreach (var path in Enum.GetValues<Blake3Path>())
        {
            var testCase = new TestCaseData(path);
            yield return Blake3Paths.IsSupported(path) ? testCase : testCase.Ignore($"This machine has no {path} instructions for it.");
        }
    }

    public static IEnumerable<TestCaseData> Vectors() =>
        All().Where(testCase => !Blake3Path.Scalar.Equals(testCase.Arguments[0]));
}
