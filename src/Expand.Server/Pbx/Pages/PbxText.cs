namespace Expand.Server.Pbx.Pages;

/// <summary>Names the texts of the page PBX: <c>PbxText.resx</c> in Spanish, <c>PbxText.en.resx</c> in English.</summary>
public sealed class PbxText;
