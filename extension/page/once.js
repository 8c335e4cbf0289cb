// @ts-check
// The facts of a page that a person clicked the icon on, once. Needs `facts.js`; its value is what the background gets.
facts.look();
