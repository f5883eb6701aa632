using System.Globalization;
using System.Text;

namespace Expand.Benchmarks.Dialer;

/// <summary>A picture of charts as SVG, to be read in light and dark.</summary>
internal sealed class Picture(int width, int height, string title)
{
    private readonly StringBuilder body = new();

    public void Add(string svg) => body.AppendLine(svg);

    public void Text(double x, double y, string text, string css = "", string anchor = "start") =>
        Add(string.Create(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" class=\"{css}\" text-anchor=\"{anchor}\">{System.Security.SecurityElement.Escape(text)}</text>"));

    /// <summary>A line of the key: a stroke of its style, and what it means.</summary>
    public double Key(double x, double y, string css, string text)
    {
        Add(string.Create(CultureInfo.InvariantCulture, $"<line x1=\"{x:0.#}\" x2=\"{x + 26:0.#}\" y1=\"{y - 4:0.#}\" y2=\"{y - 4:0.#}\" class=\"line {css}\"/>"));
        Text(x + 32, y, text);
        return x + 32 + (text.Length * 6.6) + 22;
    }

    public override string ToString() => $$"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{height}}" role="img" aria-label="{{title}}" font-family="system-ui, sans-serif" font-size="13">
        <style>
          .paper { fill: #ffffff } text { fill: #33383f } .head { font-size: 15px; font-weight: 600 } .soft { fill: #5b6470; font-size: 12px }
          .grid { stroke: #d9dee4 } .axis { stroke: #7a838e } .line { fill: none; stroke-width: 2; stroke-linejoin: round } .dot { stroke: none }
          .predictive { stroke: #0b62c4 } .progressive { stroke: #b4530a; stroke-dasharray: 7 4 } .ratio { stroke: #5b6470 } .cap { stroke: #c01f2e; stroke-dasharray: 2 3 }
          .dot.ratio { fill: #5b6470 } .world { stroke: #2c7a4b; stroke-dasharray: 10 3 2 3 }
          @media (prefers-color-scheme: dark) {
            .paper { fill: #14181d } text { fill: #dfe4ea } .soft { fill: #a4adb8 } .grid { stroke: #2c333b } .axis { stroke: #7f8994 }
            .predictive { stroke: #6bb0ff } .progressive { stroke: #ffab66 } .ratio { stroke: #a4adb8 } .cap { stroke: #ff7b86 } .dot.ratio { fill: #a4adb8 } .world { stroke: #7fd6a2 }
          }
        </style>
        <rect class="paper" width="{{width}}" height="{{height}}"/>
        {{body}}</svg>
        """;
}

/// <summary>A chart in a picture: its place, and the values that its sides stand for.</summary>
internal sealed record Chart(Picture Picture, double Left, double Top, double Width, double Height, double FromX, double ToX, double FromY, double ToY)
{
    public double X(double value) => Left + ((value - FromX) / (ToX - FromX) * Width);

    public double Y(double value) => Top + Height - ((Math.Clamp(value, FromY, ToY) - FromY) / (ToY - FromY) * Height);

    public void Axes(string title, IEnumerable<(double At, string Text)> across, IEnumerable<(double At, string Text)> up, string under = "")
    {
        Picture.Text(Left, Top - 12, title, "head");
        foreach (var (at, text) in up)
        {
            Line("grid", Left, Y(at), Left + Width, Y(at));
            Picture.Text(Left - 8, Y(at) + 4, text, "soft", "end");
        }
        Line("axis", Left, Top + Height, Left + Width, Top + Height);
        foreach (var (at, text) in across)
        {
            Line("axis", X(at), Top + Height, X(at), Top + Height + 5);
            Picture.Text(X(at), Top + Height + 19, text, "soft", "middle");
        }
        if (under.Length > 0) Picture.Text(Left + (Width / 2), Top + Height + 38, under, "soft", "middle");
    }

    public void Level(double value, string css) => Line("line " + css, Left, Y(value), Left + Width, Y(value));

    public void Curve(IEnumerable<(double X, double Y)> points, string css)
    {
        var path = string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{X(p.X):0.#},{Y(p.Y):0.#}")));
        Picture.Add($"<polyline class=\"line {css}\" points=\"{path}\"/>");
    }

    public void Dots(IEnumerable<(double X, double Y)> points, string css)
    {
        // What is beyond the chart is left out, not drawn on its edge.
        foreach (var (x, y) in points.Where(p => p.Y <= ToY))
            Picture.Add(string.Create(CultureInfo.InvariantCulture, $"<circle class=\"dot {css}\" cx=\"{X(x):0.#}\" cy=\"{Y(y):0.#}\" r=\"3.5\"/>"));
    }

    private void Line(string css, double x1, double y1, double x2, double y2) => Picture.Add(
        string.Create(CultureInfo.InvariantCulture, $"<line class=\"{css}\" x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\"/>"));
}
