/** Two origins and the bridge between them. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#2b59c3"/>
<path d="M11 16h10" stroke="#fff" stroke-width="3" stroke-dasharray="3 2.5"/>
<circle cx="8" cy="16" r="4" fill="#fff"/><circle cx="24" cy="16" r="4" fill="#9fd8a8"/>
</svg>
`;
